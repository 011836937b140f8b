// Shared code of the tests of the documentation, which try its code as a newcomer would.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { Webhook as Svix } from "svix";
import { freePort } from "../lib/port.mjs";
import { ENVIRONMENT } from "../lib/tools.mjs";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export const payload = JSON.stringify({
  type: "event",
  event_type: "message.received",
  message: { inbox_id: "i", thread_id: "t", message_id: "m", subject: "Grüße" },
});

export function genuine({ id = "msg_1" } = {}) {
  const timestamp = new Date();
  return {
    "content-type": "application/json",
    "svix-id": id,
    "svix-timestamp": String(Math.floor(timestamp / 1000)),
    "svix-signature": new Svix(SECRET).sign(id, timestamp, payload),
  };
}

/** Sends a genuine delivery, a forged one and one without headers, as a newcomer would, and checks the answers. */
export async function check(post) {
  assert.equal((await post(genuine(), payload)).status, 200);
  const forged = await post(genuine(), payload.replace("Grüße", "Grüsse"));
  assert.equal(forged.status, 401);
  // The answer contains nothing that helps an attacker.
  assert.doesNotMatch(await forged.text(), /signature|stack|\bat\b/);
  assert.equal((await post({ "content-type": "application/json" }, payload)).status, 400);
  const { "content-type": _, ...untyped } = genuine();
  assert.equal((await post(untyped, new TextEncoder().encode(payload))).status, 200);
}

/** Writes a block to a file from which packages are found, and returns its path. TypeScript becomes JavaScript. */
export function written(name, code) {
  const file = fileURLToPath(new URL(`written/${name.replace(/\.ts$/, ".ts.mjs")}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, name.endsWith(".ts") ? transformSync(code, { loader: "ts" }).code : code);
  return file;
}

/**
 * Starts a server of the documentation. Returns `{ url, post(headers, body), printed(), prints(pattern), stop() }`.
 * @param command returns the command that runs a file
 * @param path the path of the endpoint
 */
export async function start(file, { environment = {}, path = "/webhooks", command = (file) => [process.execPath, file] } = {}) {
  const port = await freePort();
  const [program, ...args] = command(file);
  const env = { ...ENVIRONMENT, NODE_ENV: "production", PORT: String(port), AGENTMAIL_WEBHOOK_SECRET: SECRET, ...environment };
  // A group of processes, to be ended together: wrangler has some.
  const server = spawn(program, args, { cwd: dirname(file), env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (printed += text));
  const url = `http://127.0.0.1:${port}${path}`;
  const isOver = () => server.exitCode !== null || server.signalCode !== null;
  const kill = () => isOver() || process.kill(-server.pid, "SIGKILL");
  // It must not outlive the tests.
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    if (isOver()) return;
    kill();
    await once(server, "exit");
  };
  const isUp = () => fetch(url, { method: "HEAD" }).then(() => true, () => false);
  for (let tries = 0; !(await isUp()); tries++) {
    if (tries === 600 || isOver()) {
      await stop();
      assert.fail(`the server does not start: ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const post = (headers, body) => fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(20_000) });
  /** Waits until the output matches: some platforms print late. */
  const prints = async (pattern) => {
    for (let tries = 0; !pattern.test(printed); tries++) {
      assert.ok(tries < 200, `${pattern} is not printed, but: ${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { url, post, printed: () => printed, prints, stop };
}

/** Starts a server, sends it deliveries, and returns its output. `more(server)` checks what is special about it. */
export async function serve(file, { more = () => {}, ...options } = {}) {
  const server = await start(file, options);
  try {
    await check(server.post);
    assert.equal((await fetch(server.url, { method: "POST" })).status, 400, "a stranger's request without a body");
    await more(server);
    await server.prints(/Grüße/);
    await server.prints(/signature[ _]mismatch: no signature/);
    // Once the last request has been logged, all earlier ones have been too.
    await server.prints(/no signature headers[^]*no signature headers/);
    assert.ok(!server.printed().includes(SECRET));
    return server.printed();
  } finally {
    await server.stop();
  }
}

/** Runs a file of the documentation with one test, by `node --test`. */
export async function runTest(file, options) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const [error, out] = await new Promise((resolve) => execFile(process.execPath, ["--test", file], { env, ...options }, (...answer) => resolve(answer)));
  assert.equal(error, null, out);
  assert.match(out, /pass 1\b/);
}

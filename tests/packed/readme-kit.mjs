// What the tests of the README share: its code, and what a newcomer would try with it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { Webhook as Svix } from "svix";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** The blocks of code by the name in the comment before them. */
function blocks(file) {
  const markdown = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const found = markdown.matchAll(/<!-- (\S+), run by \S+ -->\n```js\n(.*?)```/gs);
  return Object.fromEntries(Array.from(found, ([, name, code]) => [name, code]));
}

export const readme = blocks("README.md");

export const payload = JSON.stringify({
  type: "event",
  event_type: "message.received",
  message: { inbox_id: "i", thread_id: "t", message_id: "m", subject: "Grüße" },
});

export function genuine() {
  const timestamp = new Date();
  return {
    "content-type": "application/json",
    "svix-id": "msg_1",
    "svix-timestamp": String(Math.floor(timestamp / 1000)),
    "svix-signature": new Svix(SECRET).sign("msg_1", timestamp, payload),
  };
}

/** What a newcomer would try: a genuine delivery, a forged one, and one without headers. */
export async function check(post) {
  assert.equal((await post(genuine(), payload)).status, 200);
  const forged = await post(genuine(), payload.replace("Grüße", "Grüsse"));
  assert.equal(forged.status, 401);
  // Nothing that an attacker could learn from.
  assert.doesNotMatch(await forged.text(), /signature|stack|\bat\b/);
  assert.equal((await post({ "content-type": "application/json" }, payload)).status, 400);
  const { "content-type": _, ...untyped } = genuine();
  assert.equal((await post(untyped, new TextEncoder().encode(payload))).status, 200);
}

/** A port that the system chooses. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Runs a server of the README, sends it deliveries, and gives what it printed. */
export async function express(code, environment = {}) {
  const file = new URL("readme-express.mjs", import.meta.url);
  writeFileSync(file, code);
  const port = await freePort();
  const server = spawn(process.execPath, [file.pathname], {
    env: { ...process.env, ...environment, NODE_ENV: "production", PORT: String(port), AGENTMAIL_WEBHOOK_SECRET: SECRET },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (printed += text));
  try {
    const url = `http://127.0.0.1:${port}/webhooks`;
    const post = (headers, body) => fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) });
    const isUp = () => fetch(url).then(() => true, () => false);
    for (let tries = 0; !(await isUp()); tries++) {
      assert.ok(tries < 100 && server.exitCode === null, `the server does not start: ${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await check(post);
    assert.equal((await fetch(url, { method: "POST" })).status, 400, "a stranger's request without a body");
    await send(url);
    assert.match(printed, /Hello/);
    assert.match(printed, /Grüße/);
    assert.match(printed, /signature mismatch/);
    assert.ok(!printed.includes(SECRET));
    return printed;
  } finally {
    server.kill();
  }
}

/** The README's own sender. */
async function send(url) {
  const file = new URL("readme-send.mjs", import.meta.url);
  writeFileSync(file, readme["send.mjs"]);
  const env = { ...process.env, URL: url, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const sender = spawn(process.execPath, [file.pathname], { env, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  sender.stdout.on("data", (text) => (printed += text));
  assert.deepEqual(await once(sender, "close"), [0, null]);
  assert.equal(printed, "200\n");
}

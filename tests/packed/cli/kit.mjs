// The command as npm installed it, run as a separate process; endpoints to send to; deliveries that were saved.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Webhook as Svix } from "svix";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
export const OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

const modules = fileURLToPath(new URL("../../../node_modules/", import.meta.url));
export const BIN = join(modules, ".bin");
const COMMAND = join(BIN, "agentmail-webhooks");
/** The runtime of the command: the Node that runs the test, unless cli/runtimes.mjs sets another. */
const RUNTIME = process.env.CLI_RUNTIME?.split("\n") ?? [process.execPath];

/** Imports a module of the command line by its path, because it is not an entry point of the package. */
export const internal = (path) => import(new URL(`../../../node_modules/agentmail-webhooks/cli/${path}`, import.meta.url));

export function environment(more = {}) {
  const { PATH, HOME, SystemRoot, DENO_NO_UPDATE_CHECK } = process.env;
  return { PATH, HOME, SystemRoot, DENO_NO_UPDATE_CHECK, AGENTMAIL_WEBHOOK_SECRET: SECRET, ...more };
}

/** Runs a command. Returns `{ code, out, err }`, and `json`, the parsed lines of the output. */
export async function cli(args, { input = "", env = {}, cwd } = {}) {
  const child = start(args, { env, cwd });
  child.stdin.on("error", () => {}).end(input);
  const [code] = await once(child, "close");
  const result = { code, out: child.text.out, err: child.text.err };
  harmless(result.out + result.err);
  return Object.defineProperty(result, "json", { get: () => result.out.trimEnd().split("\n").map((line) => JSON.parse(line)) });
}

/** Starts a command; `child.text` is the output so far. */
export function start(args, { env = {}, cwd } = {}) {
  const [program, ...before] = RUNTIME;
  const child = spawn(program, [...before, COMMAND, ...args], { env: environment(env), cwd, stdio: ["pipe", "pipe", "pipe"] });
  child.text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (child.text.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (child.text.err += text));
  return child;
}

/** Waits until something holds. */
export async function until(holds, what) {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 400, `not within 20 s: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asserts that output is harmless, whatever the input: no stack traces, no control characters, no secrets. */
export function harmless(text) {
  assert.doesNotMatch(text, /^\s+at .*[:(]/m, "a stack trace");
  assert.doesNotMatch(text, /node:internal|Warning:/, "what Node says of itself");
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/, "a control character");
  for (const secret of [SECRET, OTHER_SECRET]) assert.ok(!text.includes(secret.slice(6)), "a secret");
}

/** A directory for the files of a test. */
export function directory(t, files = {}) {
  const path = mkdtempSync(join(tmpdir(), "agentmail-webhooks-"));
  t.after(() => rmSync(path, { recursive: true }));
  const file = (name, content) => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  for (const [name, content] of Object.entries(files)) file(name, content);
  return { path, file, read: (name) => readFileSync(join(path, name), "utf8") };
}

/** Starts an endpoint on this machine, which records every request. */
export async function endpoint(t, answer) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const seen = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) };
    requests.push(seen);
    await answer(seen, response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, requests };
}

export const BODY = JSON.stringify({
  type: "event",
  event_type: "message.received",
  event_id: "evt_1",
  message: { inbox_id: "i", thread_id: "t", message_id: "<1@mail.example>", subject: "It's “Grüße” & 100 $HOME `x` \\ 東京", from: "Jane <jane@mail.example>" },
});

/** A delivery that Svix's own library signed. */
export function delivery({ body = BODY, secret = SECRET, id = "msg_1", at = new Date() } = {}) {
  const headers = {
    "content-type": "application/json",
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at / 1000)),
    "svix-signature": new Svix(secret).sign(id, at, body),
  };
  return { headers, body };
}

export function rawHttp({ headers, body }, { line = "\r\n", more = {} } = {}) {
  const all = { host: "hooks.example", ...headers, ...more };
  return ["POST /webhooks HTTP/1.1", ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), "", body].join(line);
}

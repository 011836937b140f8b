// At a terminal: colours, and a prompt for the secret that shows nothing. Python has terminals, and Node has none.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BIN, OTHER_SECRET, SECRET, delivery, directory, environment, rawHttp } from "./kit.mjs";

const python = fileURLToPath(new URL("terminal.py", import.meta.url));

/** Runs the command at a terminal, where something is typed once it asks. */
async function terminal(args, { typed = "", env = {} } = {}) {
  const command = [python, typed, process.execPath, join(BIN, "agentmail-webhooks"), ...args];
  const options = { env: environment({ TERM: "xterm", ...env }), timeout: 60_000 };
  const out = await new Promise((resolve, reject) => {
    execFile("python3", command, options, (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(stdout)));
  });
  return JSON.parse(out);
}

const none = { AGENTMAIL_WEBHOOK_SECRET: "" };

test("a terminal has colours, unless NO_COLOR or TERM forbids them", async (t) => {
  const { file } = directory(t);
  const args = ["verify", file("request.txt", rawHttp(delivery()))];
  const { code, shown } = await terminal(args);
  assert.equal(code, 0);
  assert.match(shown, /^\x1b\[32;1mgenuine\x1b\[0m {2}\x1b\[1mmessage\.received\x1b\[0m/);
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }, { FORCE_COLOR: "0" }]) assert.doesNotMatch((await terminal(args, { env })).shown, /\x1b/);
  assert.doesNotMatch((await terminal([...args, "--json"])).shown, /\x1b/);
  // Styles are ours, and what is between them is made safe there too.
  const hostile = { event_type: "message.\x1b[2J", a: "\x9b2J" };
  const parsed = await terminal(["parse", file("hostile.json", JSON.stringify(hostile))]);
  assert.doesNotMatch(parsed.shown.replace(/\x1b\[[0-9;]+m/g, ""), /[\x1b\x9b]/);
});

test("a long hint is broken between words", async (t) => {
  const { file } = directory(t);
  const { shown } = await terminal(["verify", file("request.txt", rawHttp({ ...delivery(), body: "{}" }))], { env: { NO_COLOR: "1" } });
  const lines = shown.split("\r\n");
  for (const line of lines) assert.ok(line.length <= 80, line);
  const at = lines.findIndex((line) => line.startsWith("  hint  "));
  const hint = lines.slice(at, -2).map((line) => line.slice(8));
  assert.ok(hint.length >= 2 && lines.slice(at + 1, -2).every((line) => /^ {8}\S/.test(line)), shown);
  assert.match(hint.join(" "), /^A middleware parsed the body .* the delivery is forged\.$/);
});

test("the secret is asked for, and not shown", async (t) => {
  const { file } = directory(t);
  const args = ["verify", file("request.txt", rawHttp(delivery())), "--json"];
  const asked = await terminal(args, { typed: `x\\x7f${SECRET}\\r`, env: none });
  assert.equal(asked.code, 0, asked.shown);
  assert.match(asked.shown, /^Secret \(hidden\): \r\n\{"verified":true,/);
  assert.ok(!asked.shown.includes(SECRET.slice(6, 16)));
  const wrong = await terminal(args, { typed: `${OTHER_SECRET}\\n`, env: none });
  assert.deepEqual([wrong.code, /signature_mismatch/.test(wrong.shown)], [1, true]);
});

test("a prompt can be left", async (t) => {
  const { file } = directory(t);
  const args = ["verify", file("request.txt", rawHttp(delivery())), "--json"];
  assert.equal((await terminal(args, { typed: "abc\\x03", env: none })).code, 130);
  const { code, shown } = await terminal(args.slice(0, 2), { typed: "\\x03", env: none });
  assert.deepEqual([code, shown], [130, "Secret (hidden): \r\n"], "who pressed Ctrl-C knows");
  for (const typed of ["\\r", "\\x04", "abc\\x04"]) {
    const { code, shown } = await terminal(args, { typed, env: none });
    assert.deepEqual([code, /no_secret/.test(shown)], [2, true]);
  }
});

test("nothing is read from a terminal but the secret", async () => {
  for (const args of [["verify"], ["parse"], ["sign"], ["verify", "-"]]) {
    const { code, shown } = await terminal(args);
    assert.deepEqual([code, /^(\x1b\[[0-9;]*m)*error/.test(shown)], [2, true], shown);
  }
});

// The code of the README does what the README says: taken out of it, and run against the package. What needs Redis is
// in readme-redis.mjs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { SECRET, check, express, genuine, payload, readme } from "./readme-kit.mjs";
import { workerFromSource } from "./worker.mjs";

test("README: every block of JavaScript is run", () => {
  const markdown = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  assert.equal(markdown.match(/^```js/gm).length, Object.keys(readme).length);
  assert.deepEqual(Object.keys(readme), ["express.mjs", "worker.mjs", "once.mjs", "by-hand.mjs", "send.mjs", "agent.test.mjs", "why.mjs", "rotation.mjs"]);
});

test("README: Express", () => express(readme["express.mjs"]));

test("README: without an adapter", () => express(readme["by-hand.mjs"]));

test("README of the package: Express", () => {
  const markdown = readFileSync(new URL("../../node_modules/agentmail-webhooks/README.md", import.meta.url), "utf8");
  assert.equal(markdown.match(/^```js\n(.*?)```/ms)[1], readme["express.mjs"]);
});

test("README: Cloudflare Workers", async () => {
  const bindings = { AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const miniflare = await workerFromSource(readme["worker.mjs"], "readme", bindings);
  try {
    await check((headers, body) =>
      miniflare.dispatchFetch("http://worker.example/", { method: "POST", headers, body }),
    );
  } finally {
    await miniflare.dispose();
  }
});

test("README: testing", async () => {
  const file = new URL("readme-agent.test.mjs", import.meta.url);
  writeFileSync(file, readme["agent.test.mjs"]);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const [error, out] = await new Promise((resolve) => {
    execFile(process.execPath, ["--test", file.pathname], { env }, (...answer) => resolve(answer));
  });
  assert.equal(error, null, out);
  assert.match(out, /pass 1\b/);
});

test("README: why it does not verify", async () => {
  const file = new URL("readme-why.mjs", import.meta.url);
  writeFileSync(file, readme["why.mjs"]);
  const { why } = await import(file);
  const now = 1_800_000_000;
  const event = JSON.parse(payload);
  const signed = new Webhook(SECRET).sign(JSON.stringify(event, null, 2), { timestamp: now - 2 });
  const printed = [];
  const { log } = console;
  const clock = Date.now;
  Object.assign(console, { log: (line) => printed.push(line) });
  Date.now = () => now * 1000;
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  try {
    assert.equal(why(JSON.stringify(event), signed), false);
  } finally {
    console.log = log;
    Date.now = clock;
  }
  const markdown = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  assert.equal(`${printed.join("\n")}\n`, markdown.match(/^```text\n(.*?)```/ms)[1]);
});

test("README: rotation", async () => {
  const file = new URL("readme-rotation.mjs", import.meta.url);
  writeFileSync(file, readme["rotation.mjs"]);
  const [NEW_SECRET, OLD_SECRET] = ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SECRET];
  Object.assign(process.env, { NEW_SECRET, OLD_SECRET, OLD_ENDPOINT_SECRET: "an old secret" });
  const { webhook } = await import(file);
  assert.equal(webhook.verify(payload, genuine()).secretIndex, 1);
});

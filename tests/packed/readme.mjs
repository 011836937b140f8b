// The code of the README does what the README says: taken out of it, and run against the package. What needs Redis is
// in readme-redis.mjs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { blocks, claims } from "./docs/blocks.mjs";
import { SECRET, check, genuine, payload, runTest, serve, written } from "./docs/kit.mjs";
import { workerFromSource } from "./worker.mjs";

const claimed = claims(import.meta.url);
const block = (name) => claimed("README.md", name);
const file = (name) => written(`readme/${name}`, block(name));

const express = file("express.mjs");
test("README: Express", () => serve(express, { more: send }));

const byHand = file("by-hand.mjs");
test("README: without an adapter", () => serve(byHand, { more: send }));

const ofThePackage = claimed("pkg-templates/README.md", "express.mjs");
test("README of the package: Express", () => assert.equal(ofThePackage, block("express.mjs")));

/** The README's own sender. */
const sender = file("send.mjs");
async function send({ url, printed }) {
  const env = { ...process.env, URL: url, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const child = spawn(process.execPath, [sender], { env, stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (text) => (told += text));
  assert.deepEqual(await once(child, "close"), [0, null]);
  assert.equal(told, "200\n");
  assert.match(printed(), /Hello/);
}

const worker = block("worker.mjs");
test("README: Cloudflare Workers", async () => {
  const bindings = { AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const miniflare = await workerFromSource(worker, "readme", { bindings });
  try {
    await check((headers, body) =>
      miniflare.dispatchFetch("http://worker.example/", { method: "POST", headers, body }),
    );
  } finally {
    await miniflare.dispose();
  }
});

const ownTest = file("agent.test.mjs");
test("README: testing", () => runTest(ownTest));

const explaining = file("why.mjs");
test("README: why it does not verify", async () => {
  const { why } = await import(explaining);
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
  const shown = blocks("README.md").find(({ language, code }) => language === "text" && code.includes("signature"));
  assert.equal(`${printed.join("\n")}\n`, shown.code);
});

const rotating = file("rotation.mjs");
test("README: rotation", async () => {
  const [NEW_SECRET, OLD_SECRET] = ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SECRET];
  Object.assign(process.env, { NEW_SECRET, OLD_SECRET, OLD_ENDPOINT_SECRET: "an old secret" });
  const { webhook } = await import(rotating);
  assert.equal(webhook.verify(payload, genuine()).secretIndex, 1);
});

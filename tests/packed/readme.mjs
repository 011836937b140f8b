// The code of the README does what the README says: taken out of it, and run against the package. What needs Redis is
// in readme-redis.mjs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Webhook as Svix } from "svix";
import { Webhook } from "agentmail-webhooks";
import { claims, read } from "./docs/blocks.mjs";
import { SECRET, check, runTest, serve, written } from "./docs/kit.mjs";
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

/** As the README sends deliveries: by the command line. */
async function send({ url }) {
  const program = fileURLToPath(new URL("../../node_modules/.bin/agentmail-webhooks", import.meta.url));
  const env = { ...process.env, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const run = (...args) => promisify(execFile)(program, ["send", url, ...args], { env });
  await run();
  await run("--tamper", "all");
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

const migration = file("migration.mjs");
test("README: migration", async () => {
  const modules = await import(migration);
  const message = { inbox_id: "i", message_id: "m", ...Object.fromEntries(["timestamp", "updated_at", "created_at"].map((name) => [name, "2026-03-02T09:15:00Z"])), thread_id: "t", labels: [], size: 1 };
  const thread = { ...message, senders: [], recipients: [], last_message_id: "m", message_count: 1 };
  delete thread.message_id;
  const event = { type: "event", event_type: "message.received", event_id: "e", message: { ...message, from: "Jane <jane@example.com>", to: [] }, thread };
  const body = Buffer.from(JSON.stringify(event));
  const request = { body, headers: new Webhook(SECRET).sign(body) };
  assert.deepEqual(modules.before(new Svix(SECRET), request), ["t", "Jane <jane@example.com>", []]);
  assert.deepEqual(modules.after(new Webhook(SECRET), request), ["t", "jane@example.com", []]);
});

/** What answers a `Request`, and notes what it prints. */
async function checkFetch(answer) {
  const { log, error } = console;
  const printed = [];
  Object.assign(console, { log: (...values) => printed.push(values.join(" ")), error: (...values) => printed.push(values.join(" ")) });
  try {
    await check((headers, body) => answer(new Request("http://localhost/webhooks", { method: "POST", headers, body })));
  } finally {
    Object.assign(console, { log, error });
  }
  assert.match(printed.join("\n"), /Grüße/);
  assert.match(printed.join("\n"), /signature_mismatch: no signature/);
}

const route = file("route.mjs");
test("README: Next.js", async () => {
  const { POST } = await import(route);
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  await checkFetch(POST);
});

const hono = file("hono.mjs");
test("README: Hono", async () => {
  const { default: app } = await import(hono);
  await checkFetch((request) => app.fetch(request, { AGENTMAIL_WEBHOOK_SECRET: SECRET }));
});

const fastify = file("fastify.mjs");
test("README: Fastify", () => serve(fastify, { more: send }));

const lambda = file("lambda.mjs");
test("README: Lambda", async () => {
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  const { handler } = await import(lambda);
  await checkFetch(async (request) => {
    const body = await request.text();
    const http = { method: "POST", path: "/webhooks" };
    const answer = await handler({ version: "2.0", headers: Object.fromEntries(request.headers), requestContext: { http }, body, isBase64Encoded: false });
    return new Response(answer.body, { status: answer.statusCode });
  });
});

test("README: as fast as the benchmarks say", () => {
  const rows = read("benches/README.md").split("\n");
  /** The least and the most of the rows after one that begins with these words. */
  const range = (words) => {
    const at = rows.findIndex((row) => row.startsWith(words));
    const ratios = rows.slice(at, at + 3).flatMap((row) => Array.from(row.matchAll(/[✓✗] ([\d.]+)×/g), ([, ratio]) => Number(ratio)));
    assert.equal(ratios.length, 15, words);
    return `${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)}`;
  };
  const readme = read("README.md").replaceAll("\n  ", " ");
  assert.ok(readme.includes(`svix and the SDK ${range("| Node: svix + SDK:")} times as long in Node`));
  assert.ok(readme.includes(`${range("| Rust: svix + serde_json::Value:")} times in Rust`));
});

test("README: nothing that npm or crates.io would not find", () => {
  const relative = (page) => Array.from(read(page).matchAll(/(?:src|srcset|href)="(?!https:)|\]\((?!https:)/g));
  assert.deepEqual(relative("pkg-templates/README.md"), []);
  // crates.io resolves relative links of Markdown, and no more.
  assert.doesNotMatch(read("README.md"), /(?:src|srcset|href)="(?!https:)/);
});

// Projects with other versions of the frameworks than those that the tests use: npm installs the package there, and
// its adapter works.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fastify from "fastify-4";
import { Webhook } from "agentmail-webhooks";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";

const require = createRequire(import.meta.url);
const installed = fileURLToPath(new URL("../../../node_modules/agentmail-webhooks/package.json", import.meta.url));

test("installs: npm resolves a project with Fastify 4, and looks for no other version of it", () => {
  const project = fileURLToPath(new URL("installs-work", import.meta.url));
  rmSync(project, { recursive: true, force: true });
  // Their manifests, without dependencies: what npm wants more, it asks a registry for, which is not there.
  const dependencies = {};
  for (const manifest of [installed, require.resolve("fastify-4/package.json")]) {
    const { name, version, peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(manifest, "utf8"));
    mkdirSync(join(project, name), { recursive: true });
    writeFileSync(join(project, name, "package.json"), JSON.stringify({ name, version, peerDependencies, peerDependenciesMeta }));
    dependencies[name] = `file:${name}`;
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies }));
  const options = ["--package-lock-only", "--install-links", "--offline", "--no-audit", "--cache", join(project, "cache")];
  execFileSync("npm", ["install", ...options], { cwd: project, encoding: "utf8" });
  const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  same(Object.keys(packages), ["", "node_modules/agentmail-webhooks", "node_modules/fastify"], "packages");
});

test("installs: the plugin in Fastify 4", async () => {
  const events = [];
  const app = fastify();
  app.register(webhookPlugin, { prefix: "/webhooks", secret: SECRET, onError: () => {}, on: { any: (event) => events.push(event.event_type) } });
  await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    const body = JSON.stringify({ event_type: "message.received", message: { inbox_id: "i", thread_id: "t", message_id: "m", text: "Grüße ".repeat(50_000) } });
    const headers = { "content-type": "application/json", ...new Webhook(SECRET).sign(body) };
    const post = async (text) => (await fetch(`http://127.0.0.1:${app.server.address().port}/webhooks`, { method: "POST", headers, body: text })).status;
    same([await post(body), await post(`${body} `)], [200, 401], "answers to a genuine delivery and to a forged one");
    same(events, ["message.received"], "events");
  } finally {
    await app.close();
  }
});

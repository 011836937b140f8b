// Projects with other versions of the frameworks than those that the tests use: npm installs the package there, and
// its adapter works.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fastify from "fastify-4";
import { Webhook } from "agentmail-webhooks";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";

const require = createRequire(import.meta.url);
const packages = { "agentmail-webhooks": fileURLToPath(new URL("../../../node_modules/agentmail-webhooks", import.meta.url)), fastify: dirname(require.resolve("fastify-4/package.json")) };

test("installs: npm finds nothing invalid in a project with Fastify 4", () => {
  const project = fileURLToPath(new URL("installs-work", import.meta.url));
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "node_modules"), { recursive: true });
  for (const [name, path] of Object.entries(packages)) symlinkSync(path, join(project, "node_modules", name));
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies: { "agentmail-webhooks": "*", fastify: "^4.0.0" } }));
  // The same that `npm install` refuses with ERESOLVE, and without a registry.
  const listed = JSON.parse(execFileSync("npm", ["ls", "--json", "--depth=0", "--install-links=false"], { cwd: project, encoding: "utf8" }));
  same([listed.problems, Object.keys(listed.dependencies).sort()], [undefined, ["agentmail-webhooks", "fastify"]], "problems, packages");
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

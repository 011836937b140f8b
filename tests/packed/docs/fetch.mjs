// docs/adapters/fetch.md and the pages of stores for Workers: each Worker in workerd, with what its page binds to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MIGRATION } from "agentmail-webhooks/stores/sql";
import { claims } from "./blocks.mjs";
import { SECRET, check, genuine, payload } from "./kit.mjs";
import { workerFromSource } from "../lib/worker.mjs";

const block = claims(import.meta.url);

/** Starts a Worker, and gives it back whatever happens. */
async function worker(name, code, bindings, use) {
  const miniflare = await workerFromSource(code, `docs-${name}`, { bindings: { AGENTMAIL_WEBHOOK_SECRET: SECRET }, ...bindings });
  try {
    const at = (path) => (headers, body) => miniflare.dispatchFetch(`http://worker.example${path}`, { method: "POST", headers, body });
    await use(miniflare, at);
  } finally {
    await miniflare.dispose();
  }
}

const PAGE = "docs/adapters/fetch.md";
const [plain, typed] = ["worker.mjs", "worker.ts"].map((name) => block(PAGE, name));
test(`${PAGE}: worker.mjs`, () => worker("worker", plain, {}, (_, at) => check(at("/"))));

test(`${PAGE}: worker.ts, a Worker with other routes`, () =>
  worker("routes", typed, {}, async (_, at) => {
    await check(at("/webhooks"));
    assert.equal((await at("/other")(genuine(), payload)).status, 404);
  }));

const receive = block(PAGE, "worker-receive.mjs");
test(`${PAGE}: worker-receive.mjs, without the adapter`, () =>
  worker("receive", receive, {}, async (miniflare, at) => {
    await check(at("/"));
    assert.equal((await miniflare.dispatchFetch("http://worker.example/")).status, 405);
  }));

test(`${PAGE}: process.env in a Worker`, async () => {
  const wrong = plain.replace("(env) => env.", "process.env.");
  let told = "";
  const handleRuntimeStdio = (...streams) => streams.forEach((stream) => stream.on("data", (text) => (told += text)));
  await assert.rejects(worker("process", wrong, { handleRuntimeStdio }, (_, at) => check(at("/"))), /failed to start/);
  assert.match(told, /ReferenceError: process is not defined/);
  const flags = { compatibilityDate: "2026-04-01", compatibilityFlags: ["nodejs_compat"] };
  await worker("process", wrong, flags, (_, at) => check(at("/")));
});

const objects = block("docs/stores/durable-object.md", "worker.ts");
test("docs/stores/durable-object.md: worker.ts, and the object of a delivery", () => {
  const bindings = { durableObjects: { DELIVERIES: { className: "DeliveryObject", useSQLite: true } } };
  return worker("objects", objects, bindings, async (miniflare, at) => {
    await check(at("/"));
    const namespace = await miniflare.getDurableObjectNamespace("DELIVERIES");
    const object = namespace.get(namespace.idFromName("support:msg_1"));
    assert.equal(await object.claim("another", 1), "completed");
  });
});

const d1 = block("docs/stores/sql.md", "worker.ts");
const table = block("docs/stores/sql.md", "migration.sql");
test("docs/stores/sql.md: the table is that of the package", () => assert.equal(table, MIGRATION));

test("docs/stores/sql.md: worker.ts, and what the table keeps", () =>
  worker("d1", d1, { d1Databases: ["DATABASE"] }, async (miniflare, at) => {
    // Without its table, nothing is handled.
    assert.equal((await at("/")(genuine(), payload)).status, 500);
    const database = await miniflare.getD1Database("DATABASE");
    await database.batch(table.split(";").filter((sql) => sql.trim()).map((sql) => database.prepare(sql)));
    await check(at("/"));
    const { results } = await database.prepare("SELECT * FROM agentmail_deliveries").all();
    const [{ endpoint, key, state, expires_at: expiresAt }] = results;
    assert.deepEqual([results.length, endpoint, key, state.slice(0, 10)], [1, "support", "msg_1", "completed:"]);
    const days = (expiresAt - Date.now() / 1000) / (24 * 60 * 60);
    assert.ok(days > 2.9 && days <= 3, `${days} days`);
  }));

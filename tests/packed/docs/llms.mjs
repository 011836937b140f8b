// llms.txt: its two JavaScript handlers, taken out of it as an assistant would, and sent genuine and forged deliveries. Its
// axum service is tests/llms.rs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { lexer } from "marked";
import pg from "pg";
import { workerFromSource } from "../lib/worker.mjs";
import { postgresServer } from "../stores/postgres-server.mjs";
import { read } from "./blocks.mjs";
import { SECRET, check, genuine, payload, serve, written } from "./kit.mjs";

const text = read("llms.txt");
const [express, worker] = lexer(text).filter(({ type, lang }) => type === "code" && lang === "js").map(({ text }) => text);
const PROGRAM = fileURLToPath(new URL("../../../node_modules/.bin/agentmail-webhooks", import.meta.url));

/** Sends a sample of each kind of mail, and every forgery. */
async function send(url) {
  const env = { ...process.env, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  for (const args of [[], ["--tamper", "all"]]) await promisify(execFile)(PROGRAM, ["send", url, ...args], { env });
}

const postgres = await postgresServer();
after(() => postgres.stop());

test("llms.txt: Express with PostgreSQL", async () => {
  const server = written("llms/express.mjs", express);
  const printed = await serve(server, { environment: { DATABASE_URL: postgres.url }, more: ({ url }) => send(url) });
  assert.equal(printed.match(/^Grüße /gm).length, 1);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query("SELECT DISTINCT endpoint FROM agentmail_deliveries");
  await client.end();
  assert.deepEqual(rows, [{ endpoint: "support" }]);
});

test("llms.txt: Worker", async () => {
  const durableObjects = { DELIVERIES: { className: "DeliveryObject", useSQLite: true } };
  const miniflare = await workerFromSource(worker, "llms", { bindings: { AGENTMAIL_WEBHOOK_SECRET: SECRET }, durableObjects });
  try {
    const post = (headers, body) => miniflare.dispatchFetch("http://worker.example/", { method: "POST", headers, body });
    await check(post);
    assert.equal((await post(genuine(), payload)).status, 200);
    await send(String(await miniflare.ready));
  } finally {
    await miniflare.dispose();
  }
});

test("llms.txt: the package has it, and it names nothing that is not exported", () => {
  const require = createRequire(import.meta.url);
  const root = require.resolve("agentmail-webhooks/package.json");
  assert.equal(readFileSync(root.replace("package.json", "llms.txt"), "utf8"), text);
  assert.ok(text.length < 8192);
  const { exports } = require("agentmail-webhooks/package.json");
  for (const [, entry] of text.matchAll(/"agentmail-webhooks(\/[\w./-]+)"/g)) assert.ok(exports[`.${entry}`], entry);
});

// The store in SQLite, by `node:sqlite`, alone and shared with other processes.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { promisify } from "node:util";
import { MIGRATION, sqliteStore } from "agentmail-webhooks/stores/sql";
import { same } from "../suite/assert.mjs";
import { argumentsSuite, endpointSuite, storeSuite } from "./suite.mjs";

const database = (path = ":memory:") => {
  const opened = new DatabaseSync(path, { timeout: 5000 });
  opened.exec(MIGRATION);
  return opened;
};

const shared = database();
storeSuite("node:sqlite", { open: (endpoint) => sqliteStore(shared, { endpoint }), test });
const required = createRequire(import.meta.url)("agentmail-webhooks/stores/sql");
storeSuite("node:sqlite, by require", { open: (endpoint) => required.sqliteStore(shared, { endpoint }), test });
const doubled = (run) => (...values) => (run(...values), run(...values));
/** Runs each statement twice, as a connection to a remote database does that has lost an answer. */
const repeating = {
  prepare: (sql) => {
    const statement = shared.prepare(sql);
    return { all: doubled((...values) => statement.all(...values)), run: doubled((...values) => statement.run(...values)) };
  },
};
storeSuite("node:sqlite, each statement run twice", { open: (endpoint) => sqliteStore(repeating, { endpoint }), test });

argumentsSuite("sqliteStore", {
  test,
  page: "sql",
  right: 'sqliteStore(new DatabaseSync("deliveries.sqlite"), { endpoint: "support" })',
  calls: [undefined, null, "deliveries.sqlite", {}, DatabaseSync].map((argument) => () => sqliteStore(argument, { endpoint: "support" })),
});

endpointSuite("sqliteStore", { test, open: (options) => sqliteStore(shared, options) });

test("sql: the file of the migration is its text, and can be run again", () => {
  const file = createRequire(import.meta.url).resolve("agentmail-webhooks/stores/migration.sql");
  same(readFileSync(file, "utf8"), MIGRATION, "migration.sql");
  database().exec(MIGRATION);
});

test("sql: what has run out is deleted", async () => {
  const opened = database();
  const store = sqliteStore(opened, { endpoint: "support" });
  for (let at = 0; at < 100; at += 1) await store.complete(`${at}`, "token", 0.001);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await store.claim("another", 60);
  same(opened.prepare("SELECT key FROM agentmail_deliveries").all().map(({ key }) => key), ["another"], "keys");
});

test("sql: processes that share a file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "sqlite-"));
  try {
    const path = join(directory, "deliveries.db");
    database(path).exec("PRAGMA journal_mode = WAL");
    const run = () => promisify(execFile)(process.execPath, [new URL("sqlite-process.mjs", import.meta.url).pathname, path]);
    const claimed = (await Promise.all([run(), run(), run(), run()])).flatMap(({ stdout }) => JSON.parse(stdout));
    same(claimed.length, 200, "claims");
    same(new Set(claimed).size, 200, "keys");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

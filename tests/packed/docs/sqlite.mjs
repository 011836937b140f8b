// docs/stores/sql.md: its server with `node:sqlite`, and a database that is locked.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { claims } from "./blocks.mjs";
import { genuine, payload, serve, start, written } from "./kit.mjs";
import { MIGRATION, sqliteStore } from "agentmail-webhooks/stores/sql";

const PAGE = "docs/stores/sql.md";
const server = written("sqlite/server.mjs", claims(import.meta.url)(PAGE, "node-sqlite.mjs"));

function directory(t) {
  const path = mkdtempSync(join(tmpdir(), "sqlite-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test(`${PAGE}: a server that handles each delivery once, over a restart too`, async (t) => {
  const environment = { DATABASE: join(directory(t), "deliveries.db") };
  const printed = await serve(server, { environment });
  assert.equal(printed.match(/Grüße/g).length, 1);
  const [{ key, state }] = new DatabaseSync(environment.DATABASE).prepare("SELECT * FROM agentmail_deliveries").all();
  assert.deepEqual([key, state.replace(/:.*/, "")], ["msg_1", "completed"]);
  const again = await start(server, { environment });
  try {
    assert.equal((await again.post(genuine(), payload)).status, 200);
    assert.equal((await again.post({}, payload)).status, 400);
    await again.prints(/no signature headers/);
    assert.doesNotMatch(again.printed(), /Grüße/);
  } finally {
    await again.stop();
  }
});

test(`${PAGE}: a database that is locked fails the claim`, async (t) => {
  const path = join(directory(t), "deliveries.db");
  const [one, other] = [0, 1].map(() => new DatabaseSync(path, { timeout: 10 }));
  one.exec(MIGRATION);
  other.exec("BEGIN IMMEDIATE");
  const store = sqliteStore(one, { endpoint: "support" });
  await assert.rejects(store.claim("a", 60), /database is locked/);
  other.exec("COMMIT");
  assert.equal((await store.claim("a", 60)).state, "claimed");
});

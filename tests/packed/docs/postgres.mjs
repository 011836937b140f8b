// docs/stores/postgres.md: its servers, its other clients, and a PostgreSQL that goes down.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { MIGRATION } from "agentmail-webhooks/stores/postgres";
import { postgresServer } from "../stores/postgres-server.mjs";
import { claims } from "./blocks.mjs";
import { genuine, payload, serve, start, written } from "./kit.mjs";

const PAGE = "docs/stores/postgres.md";
const block = claims(import.meta.url);
const [server, transaction, clients, drizzle] = ["server.mjs", "transaction.mjs", "clients.ts", "drizzle.ts"].map((name) => written(`postgres/${name}`, block(PAGE, name)));

const postgres = await postgresServer();
const pool = new pg.Pool({ connectionString: postgres.url });
// It goes down.
pool.on("error", () => {});
after(async () => {
  await pool.end();
  await postgres.stop();
});
const environment = { DATABASE_URL: postgres.url };
const rows = async (table) => (await pool.query(`SELECT * FROM ${table}`)).rows;
const empty = () => pool.query("TRUNCATE agentmail_deliveries");

test(`${PAGE}: a server that handles each delivery once, and what it keeps`, async () => {
  const printed = await serve(server, { environment });
  assert.equal(printed.match(/Grüße/g).length, 1);
  const [{ endpoint, key, state, expires_at: end }, ...others] = await rows("agentmail_deliveries");
  assert.deepEqual([endpoint, `${key}`, state.slice(0, 10), others], ["support", "msg_1", "completed:", []]);
  const days = (end - Date.now()) / (24 * 60 * 60 * 1000);
  assert.ok(days > 2.9 && days <= 3, `${days} days`);
});

for (const [name, file] of Object.entries({ transaction, drizzle })) {
  test(`${PAGE}: ${name}: the work is done once`, async () => {
    await empty();
    await pool.query("CREATE TABLE IF NOT EXISTS mails (message_id text, subject text)");
    await pool.query("TRUNCATE mails");
    const printed = await serve(file, { environment });
    assert.equal(printed.match(/Grüße/g).length, 1);
    assert.deepEqual(await rows("mails"), [{ message_id: "m", subject: "Grüße" }]);
  });
}

test(`${PAGE}: other clients`, async (t) => {
  await empty();
  Object.assign(process.env, environment);
  const { neon, sql, byPostgresJs, pglite, byPglite } = await import(clients);
  t.after(() => Promise.all([sql.end(), pglite.close()]));
  await pglite.exec(MIGRATION);
  assert.equal(typeof neon.transaction, "function");
  for (const store of [byPostgresJs, byPglite]) {
    const attempt = () => store.transaction("msg_1", 60, async () => "done");
    assert.deepEqual([await attempt(), await attempt()], [{ state: "claimed", value: "done" }, { state: "completed" }]);
    assert.deepEqual(await store.claim("msg_1", 60), { state: "completed" });
  }
});

test(`${PAGE}: the table, by psql; a row that is deleted is handled again`, async () => {
  const file = createRequire(import.meta.url).resolve("agentmail-webhooks/stores/postgres.sql");
  assert.equal(block(PAGE, "postgres.sql"), readFileSync(file, "utf8"));
  await promisify(execFile)("psql", [postgres.url, "--quiet", "--file", file]);
  const insert = "INSERT INTO agentmail_deliveries VALUES ('support', 'msg_2Kx9', 'completed:', now())";
  await pool.query(insert);
  assert.equal((await pool.query(block(PAGE, "again.sql"))).rowCount, 1);
});

for (const [name, file] of Object.entries({ server, transaction })) {
  test(`${PAGE}: ${name}: when PostgreSQL is down, the answer is 500; when it is back, the delivery is handled`, async () => {
    const running = await start(file, { environment });
    try {
      const post = async (id) => (await running.post(genuine({ id }), payload)).status;
      assert.equal(await post(`${name} 1`), 200);
      await postgres.kill();
      for (let times = 0; times < 3; times += 1) assert.equal(await post(`${name} 2`), 500);
      assert.equal(running.printed().match(/Grüße/g).length, 1);
      await postgres.restart();
      while ((await post(`${name} 2`)) === 500) await new Promise((resolve) => setTimeout(resolve, 50));
      await running.prints(/Grüße[^]*Grüße/);
    } finally {
      await running.stop();
    }
  });
}

// A DeliveryStore in SQLite: Cloudflare D1, node:sqlite, better-sqlite3. The clock is the database's.

import { has } from "../adapters/check.js";
import { storeChecks } from "./check.js";

const { check } = storeChecks("stores/sql.md");

/** The table. Also in stores/migration.sql, for `wrangler d1 execute --file`. */
export const MIGRATION = `CREATE TABLE IF NOT EXISTS agentmail_deliveries (
  key TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
`;

const COMPLETED = "completed";

/** What stands in the table while a delivery is claimed. No token can pass for `completed`. */
const held = (token) => `claimed:${token}`;

const EXPIRE = "DELETE FROM agentmail_deliveries WHERE expires_at <= unixepoch('subsec')";
const CLAIM = "INSERT INTO agentmail_deliveries VALUES (?, ?, unixepoch('subsec') + ?) ON CONFLICT (key) DO NOTHING";
const STATE = "SELECT state FROM agentmail_deliveries WHERE key = ?";
const COMPLETE = `INSERT INTO agentmail_deliveries VALUES (?, '${COMPLETED}', unixepoch('subsec') + ?)
  ON CONFLICT (key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at WHERE state = ? RETURNING key`;
const RELEASE = "DELETE FROM agentmail_deliveries WHERE key = ? AND state = ?";

/** In Cloudflare D1. */
export function d1Store(database) {
  check("d1Store: the argument", has(database, "prepare", "batch"), "a D1 database", "d1Store(env.DATABASE), with the name of the binding in wrangler.jsonc;");
  return store(async (...statements) => {
    // One transaction, one round trip.
    const results = await database.batch(statements.map(([sql, ...values]) => database.prepare(sql).bind(...values)));
    return results.at(-1).results;
  });
}

/** In a database of `node:sqlite` or of `better-sqlite3`. */
export function sqliteStore(database) {
  check("sqliteStore: the argument", has(database, "prepare"), "an open database", 'sqliteStore(new DatabaseSync("deliveries.sqlite"));');
  const prepared = new Map();
  return store(async (...statements) => {
    let rows = [];
    for (const [sql, ...values] of statements) {
      if (!prepared.has(sql)) prepared.set(sql, database.prepare(sql));
      const statement = prepared.get(sql);
      if (/^SELECT|RETURNING/.test(sql)) rows = statement.all(...values);
      else statement.run(...values);
    }
    return rows;
  });
}

/** `run` runs statements in order, each with its values, and gives the rows of the last one. */
function store(run) {
  return {
    async claim(key, leaseSeconds) {
      const token = crypto.randomUUID();
      const [found] = await run([EXPIRE], [CLAIM, key, held(token), leaseSeconds], [STATE, key]);
      if (found?.state === held(token)) return { state: "claimed", token };
      return { state: found?.state === COMPLETED ? COMPLETED : "in_progress" };
    },

    async complete(key, token, ttlSeconds) {
      const rows = await run([EXPIRE], [COMPLETE, key, ttlSeconds, held(token)]);
      return rows.length === 1;
    },

    async release(key, token) {
      await run([RELEASE, key, held(token)]);
    },
  };
}

// A DeliveryStore in SQLite: Cloudflare D1, node:sqlite, better-sqlite3. Uses the clock of the database.

import { has } from "../adapters/check.js";
import { endpointOf, storeChecks } from "./check.js";

const checks = storeChecks("stores/sql.md");

/** The table. Also in stores/migration.sql, for `wrangler d1 execute --file`. */
export const MIGRATION = `CREATE TABLE IF NOT EXISTS agentmail_deliveries (
  endpoint TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at REAL NOT NULL,
  PRIMARY KEY (endpoint, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
`;

/** Returns the state in the table. It has the token, so that a completion can be sent twice. */
const claimed = (token) => `claimed:${token}`;
const completed = (token) => `completed:${token}`;

const EXPIRE = "DELETE FROM agentmail_deliveries WHERE expires_at <= unixepoch('subsec')";
const CLAIM = "INSERT INTO agentmail_deliveries VALUES (?, ?, ?, unixepoch('subsec') + ?) ON CONFLICT DO NOTHING";
const STATE = "SELECT state FROM agentmail_deliveries WHERE endpoint = ? AND key = ?";
const COMPLETE = `INSERT INTO agentmail_deliveries VALUES (?, ?, ?, unixepoch('subsec') + ?)
  ON CONFLICT DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
  WHERE state IN (?, excluded.state) RETURNING key`;
const RELEASE = "DELETE FROM agentmail_deliveries WHERE endpoint = ? AND key = ? AND state = ?";

/** A store in Cloudflare D1. */
export function d1Store(database, options) {
  const right = 'd1Store(env.DATABASE, { endpoint: "support" }), with the name of the binding in wrangler.jsonc;';
  checks.check("d1Store: the first argument", has(database, "prepare", "batch"), "a D1 database", right);
  return store(endpointOf("d1Store", options, right, checks), async (...statements) => {
    // One transaction, one round trip.
    const results = await database.batch(statements.map(([sql, ...values]) => database.prepare(sql).bind(...values)));
    return results.at(-1).results;
  });
}

/** A store in a database of `node:sqlite` or `better-sqlite3`. */
export function sqliteStore(database, options) {
  const right = 'sqliteStore(new DatabaseSync("deliveries.sqlite"), { endpoint: "support" });';
  checks.check("sqliteStore: the first argument", has(database, "prepare"), "an open database", right);
  const prepared = new Map();
  return store(endpointOf("sqliteStore", options, right, checks), async (...statements) => {
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

/** `run` runs statements in order, each with its values, and returns the rows of the last one. */
function store(endpoint, run) {
  return {
    async claim(key, leaseSeconds) {
      const token = crypto.randomUUID();
      const [found] = await run([EXPIRE], [CLAIM, endpoint, key, claimed(token), leaseSeconds], [STATE, endpoint, key]);
      if (found?.state === claimed(token)) return { state: "claimed", token };
      return { state: found?.state.startsWith("completed:") ? "completed" : "in_progress" };
    },

    async complete(key, token, ttlSeconds) {
      const rows = await run([EXPIRE], [COMPLETE, endpoint, key, completed(token), ttlSeconds, claimed(token)]);
      return rows.length === 1;
    },

    async release(key, token) {
      await run([RELEASE, endpoint, key, claimed(token)]);
    },
  };
}

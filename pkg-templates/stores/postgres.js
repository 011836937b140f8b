// A DeliveryStore in PostgreSQL. Each operation is one statement. The clock is the database's.

import { has, isFunction } from "../adapters/check.js";
import { endpointOf, storeChecks } from "./check.js";
import { DEFAULT_LEASE } from "./durations.js";

const checks = storeChecks("stores/postgres.md");
const RIGHT = 'by pg, postgresStore(new pg.Pool({ connectionString }), { endpoint: "support" }); by postgres.js, postgresStore({ query: (text, values) => sql.unsafe(text, values) }, { endpoint: "support" });';
const RIGHT_TRANSACTION = "true with a Pool of pg; otherwise a function, such as (work) => database.transaction((transaction) => work(transaction));";

/**
 * The table. Also in stores/postgres.sql. A key may have any byte, which `text` may not. Processes that start at once would race
 * without the lock; what exists is not touched, because `CREATE INDEX IF NOT EXISTS` waits for every transaction of a handler.
 */
export const MIGRATION = `DO $$
BEGIN
  IF to_regclass('agentmail_deliveries_expires_at') IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('agentmail_deliveries', 0));
    CREATE TABLE IF NOT EXISTS agentmail_deliveries (
      endpoint text NOT NULL,
      key bytea NOT NULL,
      state text NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (endpoint, key)
    );
    CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
  END IF;
END
$$;
`;

// The values are all text: clients differ in how they send anything else. $1 is the endpoint, $2 the key in hex.
// src/store/postgres.rs has the same statements.

/**
 * The advisory lock refuses at once while a transaction holds the key: the insertion would wait for its end. Keys that
 * share a hash refuse each other, and are tried again. Without advisory locks, the insertion alone decides.
 */
const CLAIM = `WITH claimed AS (
  INSERT INTO agentmail_deliveries AS known
  SELECT $1::text, decode($2::text, 'hex'), $3::text, clock_timestamp() + $4::text::float8 * interval '1 second'
  WHERE pg_try_advisory_xact_lock(hashtextextended('agentmail_deliveries:' || $1::text || ':' || $2::text, 0))
  ON CONFLICT (endpoint, key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
  WHERE known.expires_at <= clock_timestamp()
  RETURNING state
)
SELECT state FROM claimed
UNION ALL
SELECT state FROM agentmail_deliveries
WHERE endpoint = $1::text AND key = decode($2::text, 'hex') AND expires_at > clock_timestamp() AND NOT EXISTS (SELECT FROM claimed)`;

const COMPLETE = `INSERT INTO agentmail_deliveries AS known
VALUES ($1::text, decode($2::text, 'hex'), $3::text, clock_timestamp() + $4::text::float8 * interval '1 second')
ON CONFLICT (endpoint, key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
WHERE known.state IN ($5::text, excluded.state) OR known.expires_at <= clock_timestamp()
RETURNING state`;

/** In its own transaction, the claim is there, unless the work rolled it back. */
const COMPLETE_CLAIMED = `UPDATE agentmail_deliveries
SET state = $3::text, expires_at = clock_timestamp() + $4::text::float8 * interval '1 second'
WHERE endpoint = $1::text AND key = decode($2::text, 'hex') AND state = $5::text
RETURNING state`;

const RELEASE = `DELETE FROM agentmail_deliveries
WHERE endpoint = $1::text AND key = decode($2::text, 'hex') AND state = $3::text`;

/** Waits for nobody, so that no two wait for each other. */
const EXPIRE = `DELETE FROM agentmail_deliveries WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM agentmail_deliveries WHERE expires_at <= clock_timestamp()
  ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
))`;
/** In claims. Each one leaves one row at most. */
const EXPIRE_EVERY = 100;

/** What stands in the table. A completion that is sent again finds its own token. */
const claimed = (token) => `claimed:${token}`;
const completed = (token) => `completed:${token}`;

/** `client` has `query(text, values)`. */
export function postgresStore(client, options) {
  checks.check("postgresStore: the first argument", has(client, "query"), "a client with query(text, values)", RIGHT);
  const endpoint = endpointOf("postgresStore", options, RIGHT, checks, ["transaction"]);
  const query = (text, values) => client.query(text, values);
  const begin = transactionOf(client, options.transaction);
  let claims = 0;
  const expire = async () => {
    if (claims++ % EXPIRE_EVERY === 0) await query(EXPIRE, []);
  };

  const store = {
    async claim(key, leaseSeconds) {
      await expire();
      return claim(query, endpoint, key, leaseSeconds);
    },

    async complete(key, token, ttlSeconds) {
      const values = [endpoint, hex(key), completed(token), `${ttlSeconds}`, claimed(token)];
      return rowsOf(await query(COMPLETE, values)).length === 1;
    },

    async release(key, token) {
      await query(RELEASE, [endpoint, hex(key), claimed(token)]);
    },
  };
  if (!begin) return store;

  const transaction = async (key, ttlSeconds, work) => {
    await expire();
    return begin(async (transaction, run = (text, values) => transaction.query(text, values)) => {
      const { state, token } = await claim(run, endpoint, key, DEFAULT_LEASE);
      if (state !== "claimed") return { state };
      const value = await work(transaction);
      const values = [endpoint, hex(key), completed(token), `${ttlSeconds}`, claimed(token)];
      // PostgreSQL answers a COMMIT after a failed statement without an error, and rolls back. This statement fails then.
      if (rowsOf(await run(COMPLETE_CLAIMED, values)).length === 1) return { state, value };
      throw new Error("postgresStore: the handler ended the transaction, which is the store's to end");
    });
  };
  return { ...store, transaction };
}

async function claim(query, endpoint, key, leaseSeconds) {
  const token = crypto.randomUUID();
  const [found] = rowsOf(await query(CLAIM, [endpoint, hex(key), claimed(token), `${leaseSeconds}`]));
  if (found?.state === claimed(token)) return { state: "claimed", token };
  return { state: found?.state.startsWith("completed:") ? "completed" : "in_progress" };
}

/** Returns the function that runs work in a transaction: commits it, or rolls it back if the work throws. */
function transactionOf(client, transaction) {
  if (transaction === undefined || transaction === false) return undefined;
  const isPool = has(client, "connect") && typeof client.totalCount === "number";
  const isPossible = isFunction(transaction) || (transaction === true && isPool);
  checks.check("postgresStore: transaction", isPossible, "possible with this client", RIGHT_TRANSACTION);
  return isFunction(transaction) ? transaction : (work) => inConnection(client, work);
}

/** Work in a transaction on a connection of its own, which a Pool lends. */
async function inConnection(pool, work) {
  const connection = await pool.connect();
  let failure;
  // A connection that is lost while no statement runs emits an error, which would end the process. The next statement fails.
  const lost = (error) => (failure = error);
  connection.on("error", lost);
  try {
    await connection.query("BEGIN");
    const result = await work(connection);
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    await connection.query("ROLLBACK").catch(lost);
    throw error;
  } finally {
    connection.removeListener("error", lost);
    // A connection that failed is closed, and its transaction with it.
    connection.release(failure);
  }
}

/** Some clients give the rows alone. */
function rowsOf(result) {
  const rows = Array.isArray(result) ? result : result?.rows;
  if (Array.isArray(rows)) return rows;
  throw new TypeError("postgresStore: the client gives no rows");
}

function hex(key) {
  return Array.from(new TextEncoder().encode(key), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A DeliveryStore in PostgreSQL. Each operation is one statement and uses the clock of the database.

import { has, isFunction } from "../adapters/check.js";
import { endpointOf, storeChecks } from "./check.js";
import { DEFAULT_LEASE } from "./durations.js";

const checks = storeChecks("stores/postgres.md");
const RIGHT = 'by pg, postgresStore(new pg.Pool({ connectionString }), { endpoint: "support" }); by postgres.js, postgresStore({ query: (text, values) => sql.unsafe(text, values) }, { endpoint: "support" });';
const RIGHT_TRANSACTION = "true with a Pool of pg; otherwise a function, such as (work) => database.transaction((transaction) => work(transaction));";

/**
 * The table. Also in stores/postgres.sql. A key may have any byte, unlike `text`. The lock prevents a race between processes that
 * start at the same time. An existing table is not touched, because `CREATE INDEX IF NOT EXISTS` waits for all transactions of handlers.
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

// All values are text, because clients differ in how they send other types. $1 is the endpoint, $2 the key in hex.
// src/store/postgres.rs has the same statements.

/**
 * Claims a key. While a transaction holds the key, the advisory lock fails immediately, whereas the insertion would wait.
 * Keys with the same hash block each other, and are retried. In databases without advisory locks, only the insertion decides.
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

/** Completes a key in the transaction that claimed it. Changes nothing if the work rolled the claim back. */
const COMPLETE_CLAIMED = `UPDATE agentmail_deliveries
SET state = $3::text, expires_at = clock_timestamp() + $4::text::float8 * interval '1 second'
WHERE endpoint = $1::text AND key = decode($2::text, 'hex') AND state = $5::text
RETURNING state`;

const RELEASE = `DELETE FROM agentmail_deliveries
WHERE endpoint = $1::text AND key = decode($2::text, 'hex') AND state = $3::text`;

/** Deletes expired rows. Skips locked rows, so that there are no deadlocks. */
const EXPIRE = `DELETE FROM agentmail_deliveries WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM agentmail_deliveries WHERE expires_at <= clock_timestamp()
  ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
))`;
/** The number of claims between two deletions. Each claim adds one row at most. */
const EXPIRE_EVERY = 100;

/** Returns the state in the table. It has the token, so that a completion can be sent twice. */
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
      // After a failed statement, COMMIT rolls back without an error. This statement fails in that case.
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

/** Runs work in a transaction on a connection of a Pool. */
async function inConnection(pool, work) {
  let failure;
  // If the connection is lost while no statement runs, an unhandled error would end the process. The next statement fails.
  const lost = (error) => (failure = error);
  const connection = await connect(pool, lost);
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
    // Closes a failed connection, which ends its transaction.
    connection.release(failure);
  }
}

/** Listens before anything else of the connection is read: a promise of `connect` would resolve later. */
function connect(pool, lost) {
  return new Promise((resolve, reject) => {
    pool.connect((error, connection) => {
      if (error) return reject(error);
      connection.on("error", lost);
      resolve(connection);
    });
  });
}

/** Returns the rows. Some clients return only the rows. */
function rowsOf(result) {
  const rows = Array.isArray(result) ? result : result?.rows;
  if (Array.isArray(rows)) return rows;
  throw new TypeError("postgresStore: the client gives no rows");
}

function hex(key) {
  return Array.from(new TextEncoder().encode(key), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

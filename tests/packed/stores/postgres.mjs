// The store in PostgreSQL, by the clients that people use: pg, postgres.js and PGlite, which is PostgreSQL in wasm.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { after, test } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import postgres from "postgres";
import { MIGRATION, postgresStore } from "agentmail-webhooks/stores/postgres";
import { ok, same } from "../suite/assert.mjs";
import { postgresServer } from "./postgres-server.mjs";
import { argumentsSuite, endpointSuite, refused, storeSuite, twice } from "./suite.mjs";
import { transactionSuite } from "./transaction-suite.mjs";

const require = createRequire(import.meta.url);
const LONG = 60;

const server = await postgresServer();
const pool = new pg.Pool({ connectionString: server.url, max: 20 });
const sql = postgres(server.url, { max: 20, onnotice: () => {} });
const pglite = await PGlite.create();
after(async () => {
  await Promise.all([pool.end(), sql.end(), pglite.close()]);
  await server.stop();
});
await pool.query(MIGRATION);
await pglite.exec(MIGRATION);

const endpoint = "support";
const postgresJs = { query: (text, values) => sql.unsafe(text, values) };

storeSuite("pg", { open: (endpoint = "support") => postgresStore(pool, { endpoint }), test });
storeSuite("pg, by require", { open: (endpoint = "support") => require("agentmail-webhooks/stores/postgres").postgresStore(pool, { endpoint }), test });
storeSuite("postgres.js", { open: (endpoint = "support") => postgresStore(postgresJs, { endpoint }), test });
const sentTwice = { query: twice((text, values) => pool.query(text, values)) };
storeSuite("pg, each statement sent twice", { open: (endpoint = "support") => postgresStore(sentTwice, { endpoint }), test });
storeSuite("PGlite", { open: (endpoint = "support") => postgresStore(pglite, { endpoint }), test });

await pool.query("CREATE TABLE work (key text NOT NULL)");
await pglite.query("CREATE TABLE work (key text NOT NULL)");
const work = (query) => async (key) => (await query("SELECT FROM work WHERE key = $1", [key])).rows.length;
const insert = (run) => (transaction, key) => run(transaction)("INSERT INTO work VALUES ($1)", [key]);
const poolQuery = (text, values) => pool.query(text, values);

transactionSuite("pg", {
  test,
  open: () => postgresStore(pool, { endpoint, transaction: true }),
  plain: postgresStore(pool, { endpoint }),
  insert: insert((connection) => (text, values) => connection.query(text, values)),
  statement: (connection, text) => connection.query(text),
  rows: work(poolQuery),
});

transactionSuite("postgres.js", {
  test,
  open: () => {
    const transaction = (run) => sql.begin((begun) => run(begun, (text, values) => begun.unsafe(text, values)));
    return postgresStore(postgresJs, { endpoint, transaction });
  },
  plain: postgresStore(postgresJs, { endpoint }),
  insert: insert((begun) => (text, values) => begun.unsafe(text, values)),
  statement: (begun, text) => begun.unsafe(text),
  rows: work(poolQuery),
});

transactionSuite("PGlite", {
  test,
  open: () => postgresStore(pglite, { endpoint, transaction: (run) => pglite.transaction((begun) => run(begun)) }),
  insert: insert((begun) => (text, values) => begun.query(text, values)),
  statement: (begun, text) => begun.query(text),
  rows: work((text, values) => pglite.query(text, values)),
  // It has one connection: a second transaction waits for the first.
  isSerial: true,
});

argumentsSuite("postgresStore", {
  test,
  page: "postgres",
  right: 'postgresStore(new pg.Pool({ connectionString }), { endpoint: "support" })',
  calls: [undefined, null, server.url, {}, sql].map((client) => () => postgresStore(client, { endpoint })),
});

endpointSuite("postgresStore", { test, open: (options) => postgresStore(pool, options) });

test("postgres: transactions that the client cannot have", () => {
  for (const client of [postgresJs, pglite, new pg.Client()]) {
    const { message, hint } = refused(() => postgresStore(client, { endpoint, transaction: true }));
    same(message, "postgresStore: transaction is not possible with this client", "message");
    ok(hint.startsWith("true with a Pool of pg; otherwise a function"), hint);
  }
  for (const transaction of ["true", 1, null, {}]) refused(() => postgresStore(pool, { endpoint, transaction }));
  ok(refused(() => postgresStore(pool, { endpoint, transactions: true })).hint.startsWith("did you mean transaction?"), "hint");
  same(postgresStore(pool, { endpoint, transaction: false }).transaction, undefined, "without transactions");
});

test("postgres: the file of the migration is its text, and can be run again", async () => {
  same(readFileSync(require.resolve("agentmail-webhooks/stores/postgres.sql"), "utf8"), MIGRATION, "postgres.sql");
  await pool.query(MIGRATION);
});

test("postgres: the migration, by processes that start at once, and while a handler is at work", async () => {
  for (let round = 0; round < 5; round += 1) {
    await pool.query("DROP TABLE agentmail_deliveries");
    await Promise.all(Array.from({ length: 15 }, () => pool.query(MIGRATION)));
  }
  const store = postgresStore(pool, { endpoint, transaction: true });
  const { state } = await store.transaction("at work", LONG, () => pool.query(MIGRATION));
  same(state, "claimed", "state");
});

test("postgres: what stands in the table", async () => {
  const store = postgresStore(pool, { endpoint: "table" });
  const { token } = await store.claim("msg_1", LONG);
  const row = async () => {
    const found = await pool.query(`SELECT key, state, extract(epoch FROM expires_at - now())::float8 AS left
      FROM agentmail_deliveries WHERE endpoint = 'table' AND key = 'msg_1'`);
    const [{ key, state, left }] = found.rows;
    return [found.rows.length, `${key}`, state, Math.round(left / 10)];
  };
  same(await row(), [1, "msg_1", `claimed:${token}`, 6], "claimed");
  await store.complete("msg_1", token, 1000);
  same(await row(), [1, "msg_1", `completed:${token}`, 100], "completed");
});

test("postgres: what has run out is deleted", async () => {
  const count = async () => (await pool.query("SELECT count(*)::int AS count FROM agentmail_deliveries WHERE endpoint = 'old'")).rows[0].count;
  await pool.query("INSERT INTO agentmail_deliveries SELECT 'old', n::text::bytea, 'completed:old', now() FROM generate_series(1, 900) n");
  await postgresStore(pool, { endpoint }).claim(crypto.randomUUID(), LONG);
  same(await count(), 0, "rows, after the first claim of a process");
  const store = postgresStore(pool, { endpoint: "old" });
  for (let at = 0; at < 250; at += 1) await store.complete(`${at}`, "token", 0.001);
  for (let at = 0; at < 101; at += 1) await postgresStore(pool, { endpoint }).claim(crypto.randomUUID(), LONG);
  same(await count(), 0, "rows, after a hundred more");
});

test("postgres: many claims and expiries at once never wait for each other", async () => {
  const stores = Array.from({ length: 16 }, () => postgresStore(pool, { endpoint: "busy" }));
  for (let round = 0; round < 20; round += 1) {
    const claims = stores.flatMap((_, index) => Array.from({ length: 8 }, (_, key) => postgresStore(pool, { endpoint: "busy" }).claim(`${(key + index) % 8}`, 0.002)));
    const states = (await Promise.all(claims)).map(({ state }) => state);
    ok(states.every((state) => state === "claimed" || state === "in_progress"), `${states}`);
  }
});

test("postgres: an answer that is none is thrown", async () => {
  for (const reply of [undefined, null, "INSERT 0 1", {}, { rows: 1 }]) {
    const store = postgresStore({ query: async () => reply }, { endpoint });
    for (const call of [() => store.claim("a", 1), () => store.complete("a", "b", 1)]) {
      same(await call().then(() => "an answer", ({ name }) => name), "TypeError", `${reply}`);
    }
  }
});

test("postgres: without the table, and without a server, the error is PostgreSQL's", async () => {
  const empty = await PGlite.create();
  const store = postgresStore(empty, { endpoint });
  same(await store.claim("a", 1).catch(({ message }) => message), 'relation "agentmail_deliveries" does not exist', "error");
  await empty.close();
  const nobody = new pg.Pool({ host: "127.0.0.1", port: 1 });
  for (const options of [{ endpoint }, { endpoint, transaction: true }]) {
    const store = postgresStore(nobody, options);
    const attempt = options.transaction ? store.transaction("a", 1, async () => {}) : store.claim("a", 1);
    same(await attempt.catch(({ code }) => code), "ECONNREFUSED", "code");
  }
});

test("postgres: a connection that ends as it is handed out ends no process", async () => {
  // The first connection deletes what has expired. To the second, the packet that says "ready for query" also says that the server shuts down.
  const fields = "SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0";
  const farewell = Buffer.alloc(5 + fields.length, `E\0\0\0\0${fields}`, "latin1");
  farewell.writeInt32BE(4 + fields.length, 1);
  let connections = 0;
  const proxy = createServer((client) => {
    const isSecond = ++connections === 2;
    const upstream = connect(server.port, "127.0.0.1");
    for (const [from, to] of [[client, upstream], [upstream, client]]) from.on("error", () => to.destroy()).on("close", () => to.destroy());
    client.pipe(upstream);
    upstream.on("data", (data) => {
      const isReady = data.subarray(-6).equals(Buffer.from("Z\0\0\0\x05I", "latin1"));
      if (isReady && isSecond) client.end(Buffer.concat([data, farewell]));
      else client.write(data);
    });
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address();
  const brief = new pg.Pool({ connectionString: server.url.replace(/:\d+\//, `:${port}/`), maxUses: 1 });
  brief.on("error", () => {});
  const store = postgresStore(brief, { endpoint, transaction: true });
  const message = await store.transaction("a", 1, async () => {}).then(() => "done", (error) => error.message);
  same([message, connections], ["Client has encountered a connection error and is not queryable", 2], "error, connections");
  await brief.end();
  proxy.close();
});

import type { DeliveryStore } from "agentmail-webhooks";

/**
 * The table that the store needs, as SQL: run it once, or at each start. The same text as the file
 * `agentmail-webhooks/stores/postgres.sql`.
 */
export const MIGRATION: string;

/** What is used of a client. A value is always text. */
export interface PostgresLike {
  /** Runs a statement. Resolves to its rows, or to an object that has them as `rows`. */
  query(text: string, values: any[]): PromiseLike<unknown>;
}

/** The options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** The name of the endpoint whose deliveries these are. Each endpoint handles its own delivery of an event. */
  endpoint: string;
  /**
   * Runs each handler in a transaction, which is the `transaction` of its context: its work is committed together with
   * the completion, or rolled back. A handler then holds a connection for as long as it works. `true` with a `Pool`,
   * whose connections are lent; otherwise a function that begins a transaction with the client, runs the work in it, commits,
   * and rolls back if the work throws. The work takes the transaction, and a function that runs statements in it unless
   * the transaction has `query` itself.
   */
  transaction?: boolean | ((work: (transaction: any, query?: PostgresLike["query"]) => Promise<any>) => PromiseLike<any>);
}

/**
 * A store in PostgreSQL 11 or later, by any client: `pg`, Neon, PGlite, postgres.js.
 * @param client The client: a `Pool`, or an object with `query(text, values)`. Its database has the table of {@link MIGRATION}.
 * @throws {TypeError} `code` is `invalid_option`, and there is a `hint`: for what is no client, such as its URL.
 *
 * @example
 * ```ts
 * import pg from "pg";
 * import { MIGRATION, postgresStore } from "agentmail-webhooks/stores/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * await pool.query(MIGRATION);
 * const store = postgresStore(pool, { endpoint: "support" });
 * ```
 *
 * @example In your transaction
 * ```ts
 * import express from "express";
 * import pg from "pg";
 * import { webhookHandler } from "agentmail-webhooks/express";
 * import { postgresStore } from "agentmail-webhooks/stores/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * express().post("/webhooks", webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   store: postgresStore(pool, { endpoint: "support", transaction: true }),
 *   on: {
 *     "message.received": ({ message }, _delivery, { transaction }) =>
 *       transaction.query("INSERT INTO mails (subject) VALUES ($1)", [message.subject]),
 *   },
 * }));
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/postgres.md | PostgreSQL}
 */
export function postgresStore(client: PostgresLike, options: PostgresStoreOptions): DeliveryStore;

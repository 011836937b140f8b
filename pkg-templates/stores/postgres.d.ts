import type { DeliveryStore } from "agentmail-webhooks";

/**
 * The SQL that creates the table of the store. Run it once, or at each start. The same text is in the file
 * `agentmail-webhooks/stores/postgres.sql`.
 */
export const MIGRATION: string;

/** The part of a client that the store uses. All values are text. */
export interface PostgresLike {
  /** Runs a statement. Resolves to its rows, or to an object with `rows`. */
  query(text: string, values: any[]): PromiseLike<unknown>;
}

/** The options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** The name of the endpoint. Each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
  endpoint: string;
  /**
   * Runs each handler in a transaction, the `transaction` of its context, which is committed together with the completion,
   * or rolled back. The handler uses a connection while it runs. Set it to `true` for a `Pool`. For other clients, set it to
   * a function that begins a transaction, calls the work with it, commits, and rolls back if the work throws. If the
   * transaction has no `query`, pass a function that runs statements in it as the second argument.
   */
  transaction?: boolean | ((work: (transaction: any, query?: PostgresLike["query"]) => Promise<any>) => PromiseLike<any>);
}

/**
 * A store in PostgreSQL 11 or later, with any client: `pg`, Neon, PGlite, postgres.js.
 * @param client The client: a `Pool`, or an object with `query(text, values)`. The database must have the table of
 * {@link MIGRATION}.
 * @throws {TypeError} with `code` `invalid_option` and a `hint`, if `client` is not a client, such as a URL.
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

import type { DeliveryStore } from "agentmail-webhooks";

/**
 * The SQL that creates the table of the stores. Run it once, or at each start. The same text is in the file
 * `agentmail-webhooks/stores/migration.sql`.
 */
export const MIGRATION: string;

/** The part of a `D1Database` that the store uses. */
export interface D1Like {
  /** Prepares a statement. */
  prepare(sql: string): {
    /** Binds values. */
    bind(...values: unknown[]): any;
  };
  /** Runs statements as one transaction. */
  batch(
    statements: any[],
  ): Promise<
    {
      /** The rows of a statement. */
      results: unknown[];
    }[]
  >;
}

/** The part of a `DatabaseSync` of `node:sqlite`, or of a `Database` of `better-sqlite3`, that the store uses. */
export interface SqliteLike {
  /** Prepares a statement. */
  prepare(sql: string): {
    /** Runs it. */
    run(...values: any[]): unknown;
    /** Runs it, and returns its rows. */
    all(...values: any[]): unknown[];
  };
}

/**
 * A store in Cloudflare D1.
 * @param database The binding of the database, which must have the table of {@link MIGRATION}.
 * @param options The name of the endpoint.
 * @throws {TypeError} with `code` `invalid_option` and a `hint`, if `database` is not a database, such as a missing binding.
 *
 * @example
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/fetch";
 * import { d1Store } from "agentmail-webhooks/stores/sql";
 *
 * interface Env {
 *   AGENTMAIL_WEBHOOK_SECRET: string;
 *   DATABASE: D1Database;
 * }
 *
 * export default {
 *   fetch: webhookHandler<Env>({
 *     secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *     store: (env) => d1Store(env.DATABASE, { endpoint: "support" }),
 *     on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 *   }),
 * };
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/sql.md | D1 and SQLite}
 */
export function d1Store(
  database: D1Like,
  options: {
    /** The name of the endpoint. Each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
    endpoint: string;
  },
): DeliveryStore;

/**
 * A store in SQLite 3.42 or later, with `node:sqlite` or `better-sqlite3`. If several processes share the file, set a
 * time-out for locks, and `PRAGMA journal_mode = WAL`.
 * @param database The database, which must have the table of {@link MIGRATION}.
 * @param options The name of the endpoint.
 * @throws {TypeError} with `code` `invalid_option` and a `hint`, if `database` is not an open database, such as its path.
 *
 * @example
 * ```ts
 * import { DatabaseSync } from "node:sqlite";
 * import { MIGRATION, sqliteStore } from "agentmail-webhooks/stores/sql";
 *
 * const database = new DatabaseSync("deliveries.sqlite");
 * database.exec(MIGRATION);
 * const store = sqliteStore(database, { endpoint: "support" });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/sql.md | D1 and SQLite}
 */
export function sqliteStore(
  database: SqliteLike,
  options: {
    /** The name of the endpoint. Each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
    endpoint: string;
  },
): DeliveryStore;

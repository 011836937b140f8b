import type { DeliveryStore } from "agentmail-webhooks";

/** The table that the stores need, as SQL. The same text as the file `agentmail-webhooks/stores/migration.sql`. */
export const MIGRATION: string;

/** What is used of a `D1Database`. */
export interface D1Like {
  prepare(sql: string): { bind(...values: unknown[]): any };
  batch(statements: any[]): Promise<{ results: unknown[] }[]>;
}

/** What is used of a `DatabaseSync` of `node:sqlite`, or of a `Database` of `better-sqlite3`. */
export interface SqliteLike {
  prepare(sql: string): { run(...values: any[]): unknown; all(...values: any[]): unknown[] };
}

/** A store in Cloudflare D1. */
export function d1Store(database: D1Like): DeliveryStore;

/**
 * A store in SQLite 3.42 or later, by `node:sqlite` or `better-sqlite3`. Where several processes share the file,
 * set a time-out for locks, and `PRAGMA journal_mode = WAL`.
 */
export function sqliteStore(database: SqliteLike): DeliveryStore;

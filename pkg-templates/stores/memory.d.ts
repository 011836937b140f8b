import type { DeliveryStore } from "agentmail-webhooks";

/**
 * A store in the memory of one process: for one endpoint of one server, and for tests. What another process handles it does
 * not know, and it forgets everything at a restart.
 *
 * @throws {TypeError} `code` is `invalid_option`, and there is a `hint`: when the server starts.
 *
 * @example
 * ```ts
 * import express from "express";
 * import { webhookHandler } from "agentmail-webhooks/express";
 * import { memoryStore } from "agentmail-webhooks/stores/memory";
 *
 * express().post("/webhooks", webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   store: memoryStore(),
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * })).listen(3000);
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/memory.md | memory}
 */
export function memoryStore(options?: {
  /** The most deliveries to remember, 100,000 unless set. Of more, the completed one that would expire next is forgotten. */
  maxEntries?: number;
  /** The clock, in seconds. Monotonic unless set. */
  now?: () => number;
}): DeliveryStore;

import type { DeliveryStore } from "agentmail-webhooks";

/**
 * A store in the memory of one process, for one endpoint of one server, and for tests. Other processes do not share it, and
 * its contents are lost on a restart.
 *
 * @throws {TypeError} with `code` `invalid_option` and a `hint`: when the server starts.
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
  /** The maximum number of deliveries. Beyond it, the completed one that would expire next is dropped. The default is 100,000. */
  maxEntries?: number;
  /** The clock, in seconds. The default is monotonic. */
  now?: () => number;
}): DeliveryStore;

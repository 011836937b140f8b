import type { DeliveryStore } from "agentmail-webhooks";

/** The result of {@link once}. */
export type OnceResult<Value> =
  | {
      /** The work was done now. */
      outcome: "handled";
      /** The result of the work. */
      value: Value;
    }
  | {
      /** The work was done before. */
      outcome: "duplicate";
    }
  | {
      /** Another attempt is in progress, or its process has died: try again later. */
      outcome: "in_progress";
      /** The time after which another attempt can certainly claim the key, in seconds. */
      retryAfterSeconds: number;
    };

/**
 * Runs work once for each key: claims the key, runs the work, and marks the key as completed. For consumers of queues, which
 * may receive a message more than once. The adapters do the same.
 *
 * If the work throws, the key is released. If the process dies, the key can be claimed again after the lease expires.
 * @param store The store. It must not be the store of an adapter: use another endpoint.
 * @param key The `idempotencyKey` of a delivery.
 * @param work The work. Its argument is the transaction, if the store has transactions.
 * @returns The result. Rejects with the error of the work or the store, or with an `Error` with `code` `lease_lost` if the
 * work took longer than its lease and another attempt began.
 * @throws {TypeError} with `code` `invalid_option`, for invalid arguments.
 *
 * @example
 * ```ts
 * import { parse } from "agentmail-webhooks";
 * import { memoryStore } from "agentmail-webhooks/stores/memory";
 * import { once } from "agentmail-webhooks/stores/once";
 *
 * const store = memoryStore();
 *
 * export async function consume(message: { key: string; payload: Uint8Array }): Promise<boolean> {
 *   const { outcome } = await once(store, message.key, async () => console.log(parse(message.payload).event_type));
 *   return outcome !== "in_progress"; // otherwise, leave the message on the queue
 * }
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/once.md | once}
 */
export function once<Value>(
  store: DeliveryStore,
  key: string,
  work: (transaction: any) => Value | Promise<Value>,
  options?: {
    /** The time that the work may take, in seconds. The default is 120. */
    leaseSeconds?: number;
    /** The time for which a completed key is stored, in seconds. The default is three days. */
    ttlSeconds?: number;
  },
): Promise<OnceResult<Value>>;

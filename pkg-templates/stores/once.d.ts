import type { DeliveryStore } from "agentmail-webhooks";

/** What became of the work. */
export type OnceResult<Value> =
  | {
      /** The work is done, now. */
      outcome: "handled";
      /** What it returned. */
      value: Value;
    }
  | {
      /** It was done before. */
      outcome: "duplicate";
    }
  | {
      /** Another attempt is at work, or its process has died: try again later. */
      outcome: "in_progress";
      /** When another attempt can claim the key at the latest. */
      retryAfterSeconds: number;
    };

/**
 * Runs work once for each key: claims the key, runs the work, and marks the key as completed. For consumers of queues,
 * which deliver a message more than once; the adapters do the same by themselves.
 *
 * Work that throws gives the key back. If the process dies, the key can be claimed again when the lease has run out.
 * @param store The store. For work beside an adapter, one with an endpoint of its own.
 * @param key The `idempotencyKey` of a delivery.
 * @param work The work. It is given the transaction, if the store has transactions.
 * @returns What became of it. Rejects with what the work or the store threw, and with an `Error` whose `code` is
 * `lease_lost` if the work took longer than its lease and another attempt has begun.
 * @throws {TypeError} `code` is `invalid_option`: for arguments that make no sense.
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
    /** How long the work may take, in seconds. 120 unless set. */
    leaseSeconds?: number;
    /** How long a completed key is remembered, in seconds. Three days unless set. */
    ttlSeconds?: number;
  },
): Promise<OnceResult<Value>>;

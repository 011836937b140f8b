import { DurableObject } from "cloudflare:workers";
import type { DeliveryStore } from "agentmail-webhooks";

/**
 * The Durable Object of one delivery. Export it from the Worker, and bind it in the configuration.
 *
 * @example
 * ```ts
 * export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";
 * ```
 */
export class DeliveryObject extends DurableObject {
  /** Claims the delivery for a time, in seconds. The store calls it. */
  claim(token: string, leaseSeconds: number): Promise<"claimed" | "in_progress" | "completed">;
  /** Marks the delivery as completed for a time, in seconds. The store calls it. */
  complete(token: string, ttlSeconds: number): Promise<boolean>;
  /** Releases the delivery. The store calls it. */
  release(token: string): Promise<void>;
  /** Deletes the delivery when it has expired. The platform calls it. */
  override alarm(): Promise<void>;
}

/**
 * A store in Cloudflare Durable Objects: one object for each delivery, which deletes itself.
 * @param namespace The binding of {@link DeliveryObject}.
 * @param options The name of the endpoint.
 * @throws {TypeError} with `code` `invalid_option` and a `hint`, if `namespace` is not a namespace, such as a missing binding.
 *
 * @example
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/fetch";
 * import { DeliveryObject, durableObjectStore } from "agentmail-webhooks/stores/durable-object";
 *
 * export { DeliveryObject };
 *
 * interface Env {
 *   AGENTMAIL_WEBHOOK_SECRET: string;
 *   DELIVERIES: DurableObjectNamespace<DeliveryObject>;
 * }
 *
 * export default {
 *   fetch: webhookHandler<Env>({
 *     secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *     store: (env) => durableObjectStore(env.DELIVERIES, { endpoint: "support" }),
 *     on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 *   }),
 * };
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/durable-object.md | Durable Objects}
 */
export function durableObjectStore(
  namespace: DurableObjectNamespace<DeliveryObject>,
  options: {
    /** The name of the endpoint. Each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
    endpoint: string;
  },
): DeliveryStore;

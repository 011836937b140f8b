import { DurableObject } from "cloudflare:workers";
import type { DeliveryStore } from "agentmail-webhooks";

/**
 * The object of one delivery. Export it from the Worker, and bind it in its configuration.
 *
 * @example
 * ```ts
 * export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";
 * ```
 */
export class DeliveryObject extends DurableObject {
  /** Claims the delivery for a time, in seconds. The store calls it. */
  claim(token: string, leaseSeconds: number): Promise<"claimed" | "in_progress" | "completed">;
  /** Remembers for a time, in seconds, that the delivery is completed. The store calls it. */
  complete(token: string, ttlSeconds: number): Promise<boolean>;
  /** Gives the delivery back. The store calls it. */
  release(token: string): Promise<void>;
  /** Forgets the delivery when its time is over. The platform calls it. */
  override alarm(): Promise<void>;
}

/**
 * A store in Cloudflare Durable Objects: an object for each delivery, which removes itself.
 * @param namespace The binding of {@link DeliveryObject}.
 * @param options The name of the endpoint.
 * @throws {TypeError} `code` is `invalid_option`, and there is a `hint`: for what is no namespace, such as a binding that is missing.
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
    /** The name of the endpoint: each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
    endpoint: string;
  },
): DeliveryStore;

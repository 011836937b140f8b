import { DurableObject } from "cloudflare:workers";
import type { DeliveryStore } from "agentmail-webhooks";

/** The object of one delivery. Export it from the Worker, and bind it in its configuration. */
export class DeliveryObject extends DurableObject {
  claim(token: string, leaseSeconds: number): Promise<"claimed" | "in_progress" | "completed">;
  complete(token: string, ttlSeconds: number): Promise<boolean>;
  release(token: string): Promise<void>;
  override alarm(): Promise<void>;
}

/**
 * A store in Cloudflare Durable Objects.
 * @param namespace The binding of `DeliveryObject`.
 *
 * @example
 * export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";
 * export default {
 *   fetch: webhookHandler<Env>({
 *     secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *     store: (env) => durableObjectStore(env.DELIVERIES),
 *     on: { "message.received": (event) => console.log(event.message.subject) },
 *   }),
 * };
 */
export function durableObjectStore(namespace: DurableObjectNamespace<DeliveryObject>): DeliveryStore;

import type { AdapterOptions } from "agentmail-webhooks";
import type { Context, Env } from "hono";

/**
 * A handler of Hono. The event handlers are given Hono's context.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * app.post("/webhooks", webhookHandler({
 *   secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log(event.message.subject) },
 * }));
 */
export function webhookHandler<E extends Env = any>(
  options: AdapterOptions<E["Bindings"], Context<E>>,
): (c: Context<E>) => Promise<Response>;

import type { AdapterOptions } from "agentmail-webhooks";
import type { Context, Env } from "hono";

/**
 * A handler for Hono. The context of event handlers is Hono's. A store with transactions sets its variable `transaction`.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the server starts. If `secret` is a function, its errors
 * are passed to `onError`.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { webhookHandler } from "agentmail-webhooks/hono";
 *
 * const app = new Hono<{ Bindings: { AGENTMAIL_WEBHOOK_SECRET: string } }>();
 * app.post("/webhooks", webhookHandler({
 *   secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * }));
 * export default app;
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/hono.md | Hono}
 */
export function webhookHandler<E extends Env = any>(
  options: AdapterOptions<E["Bindings"], Context<E>>,
): (c: Context<E>) => Promise<Response>;

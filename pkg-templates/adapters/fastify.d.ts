import type { AdapterOptions } from "agentmail-webhooks";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What a handler is given beside the event. */
export interface FastifyContext {
  /** The request. Its body has been read. */
  request: FastifyRequest;
  /** The reply, which the adapter sends. */
  reply: FastifyReply;
}

export interface FastifyWebhookOptions extends AdapterOptions<NodeJS.ProcessEnv, FastifyContext> {
  /** The path of the route, below the prefix of the plugin. `/` unless set. */
  path?: string;
}

/**
 * A plugin of Fastify: a route for POST, with a parser of bodies of its own, which changes no other route.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * await app.register(webhookPlugin, {
 *   path: "/webhooks",
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log(event.message.subject) },
 * });
 */
export function webhookPlugin(app: FastifyInstance, options: FastifyWebhookOptions): Promise<void>;

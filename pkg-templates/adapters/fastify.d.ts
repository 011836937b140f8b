import type { AdapterOptions } from "agentmail-webhooks";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What a handler is given beside the event. */
export interface FastifyContext {
  /** The request. Its body has been read. */
  request: FastifyRequest;
  /** The reply, which the adapter sends. */
  reply: FastifyReply;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/** What the plugin takes: what all adapters take, and where its route is. */
export interface FastifyWebhookOptions extends AdapterOptions<NodeJS.ProcessEnv, FastifyContext> {
  /** The path of the route, below the prefix of the plugin. `/` unless set. */
  path?: string;
}

/**
 * A plugin of Fastify: a route for POST, with a parser of bodies of its own, which changes no other route.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the server starts. Of what a function `secret` gives,
 * `onError` is told.
 *
 * @example
 * ```ts
 * import fastify from "fastify";
 * import { webhookPlugin } from "agentmail-webhooks/fastify";
 *
 * const app = fastify();
 * await app.register(webhookPlugin, {
 *   path: "/webhooks",
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * });
 * await app.listen({ port: 3000 });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fastify.md | Fastify}
 */
export function webhookPlugin(app: FastifyInstance, options: FastifyWebhookOptions): Promise<void>;

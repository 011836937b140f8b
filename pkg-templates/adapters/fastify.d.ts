import type { AdapterOptions } from "agentmail-webhooks";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The context of a handler. */
export interface FastifyContext {
  /** The request. Its body has been read. */
  request: FastifyRequest;
  /** The reply, which the adapter sends. */
  reply: FastifyReply;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/** The options of the plugin: those of all adapters, and the path of its route. */
export interface FastifyWebhookOptions extends AdapterOptions<NodeJS.ProcessEnv, FastifyContext> {
  /** The path of the route, below the prefix of the plugin. The default is `/`. */
  path?: string;
}

/**
 * A plugin for Fastify: a POST route with its own body parser, which does not affect other routes.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the server starts. If `secret` is a function, its errors
 * are passed to `onError`.
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

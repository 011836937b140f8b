import type { AdapterOptions } from "agentmail-webhooks";

/** The context of a handler. */
export interface FetchContext<Environment = unknown, Execution = unknown> {
  /** The request. Its body has been read. */
  request: Request;
  /** The second argument of the platform, such as the bindings of a Worker. */
  env: Environment;
  /** The third argument of the platform, such as the context of a Worker with `waitUntil`. */
  ctx: Execution;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/**
 * A handler from `Request` to `Response`: for Cloudflare Workers, Deno, Bun and Next.js route handlers.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the server starts. If `secret` is a function, its errors
 * are passed to `onError`.
 *
 * @example In a Worker
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/fetch";
 *
 * interface Env {
 *   AGENTMAIL_WEBHOOK_SECRET: string;
 * }
 *
 * export default {
 *   fetch: webhookHandler<Env>({
 *     secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
 *     on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 *   }),
 * };
 * ```
 *
 * @example In Next.js, `app/webhooks/route.ts`
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/fetch";
 *
 * export const POST: (request: Request) => Promise<Response> = webhookHandler({
 *   secret: () => process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fetch.md | Workers, Deno, Bun and Next.js}
 */
export function webhookHandler<Environment = any, Execution = any>(
  options: AdapterOptions<Environment, FetchContext<Environment, Execution>>,
): (request: Request, env?: Environment, ctx?: Execution) => Promise<Response>;

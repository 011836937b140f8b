// A handler from `Request` to `Response`: Cloudflare Workers, Deno, Bun, Next.js route handlers.

import { inCallOf } from "../call.js";
import { readRequest } from "./body.js";
import { isFunction, isObject } from "./check.js";
import { refuseMisuse } from "./misused.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/fetch.md";
const HINT = "hand the adapter the Request before anything reads it: no request.json() and no request.text() before";
const OTHERS = "for Express and node:http, agentmail-webhooks/express; for Fastify, agentmail-webhooks/fastify; for Hono, agentmail-webhooks/hono";

export function webhookHandler(options) {
  const receive = inCallOf(webhookHandler, () => receiver(options, PAGE));
  return async (request, env, ctx) => {
    if (!isFunction(request?.headers?.get)) return refuseMisuse("fetch", OTHERS, env);
    const canWait = isFunction(ctx?.waitUntil);
    const { status, headers } = await receive({
      method: request.method,
      url: () => request.url,
      headers: request.headers,
      read: (maxBytes) => readRequest(request, maxBytes, HINT),
      environment: env,
      // Only in Workers. On other platforms, the second argument belongs to the request.
      hasEnvironments: canWait && isObject(env),
      context: { request, env, ctx },
      waitUntil: canWait ? (work) => ctx.waitUntil(work) : undefined,
    });
    return new Response(null, { status, headers });
  };
}

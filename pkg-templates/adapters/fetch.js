// A handler from `Request` to `Response`: Cloudflare Workers, Deno, Bun, Next.js route handlers.

import { readRequest } from "./body.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/fetch.md";
const HINT = "hand the adapter the Request before anything reads it: no request.json() and no request.text() before";

export function webhookHandler(options) {
  const receive = receiver(options, PAGE);
  return async (request, env, ctx) => {
    const { status, headers } = await receive({
      method: request.method,
      headers: request.headers,
      read: (maxBytes) => readRequest(request, maxBytes, HINT),
      environment: env,
      context: { request, env, ctx },
      waitUntil: ctx?.waitUntil && ((work) => ctx.waitUntil(work)),
    });
    return new Response(null, { status, headers });
  };
}

// A handler of Hono.

import { readRequest } from "./body.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/hono.md";
const HINT = "mount the adapter before any middleware that reads the body: no c.req.json() and no validator before";

export function webhookHandler(options) {
  const receive = receiver(options, PAGE);
  return async (c) => {
    const ctx = executionContext(c);
    const { status, headers } = await receive({
      method: c.req.method,
      headers: c.req.raw.headers,
      read: (maxBytes) => readRequest(c.req.raw, maxBytes, HINT),
      environment: c.env,
      context: c,
      waitUntil: ctx?.waitUntil && ((work) => ctx.waitUntil(work)),
    });
    return c.body(null, status, headers);
  };
}

/** Hono throws where the platform has none. */
function executionContext(c) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

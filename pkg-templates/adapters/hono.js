// A handler for Hono.

import { inCallOf } from "../call.js";
import { readKept, readRequest } from "./body.js";
import { isFunction, isObject } from "./check.js";
import { refuseMisuse } from "./misused.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/hono.md";
const HINT = "mount the adapter before any middleware that reads the body as a form, a stream or by c.req.raw";
const OTHERS = "for a Request of the Fetch API, agentmail-webhooks/fetch; for Express and node:http, agentmail-webhooks/express";

export function webhookHandler(options) {
  const receive = inCallOf(webhookHandler, () => receiver(options, PAGE));
  return async (c, next) => {
    if (!isFunction(c?.req?.raw?.headers?.get)) return refuseMisuse("hono", OTHERS, next);
    const ctx = executionContext(c);
    const canWait = isFunction(ctx?.waitUntil);
    const { status, headers } = await receive({
      method: c.req.method,
      url: () => c.req.url,
      headers: c.req.raw.headers,
      read: (maxBytes) => readBody(c.req, maxBytes),
      environment: c.env,
      // Only in Workers. On other platforms, the bindings belong to the request.
      hasEnvironments: canWait && isObject(c.env),
      context: c,
      enter: (transaction) => {
        c.set("transaction", transaction);
        return c;
      },
      waitUntil: canWait ? (work) => ctx.waitUntil(work) : undefined,
    });
    return c.body(null, status, headers);
  };
}

/** Reads the body. Hono keeps a body that was read with `c.req`. */
async function readBody({ raw, bodyCache }, maxBytes) {
  for (const kind of ["arrayBuffer", "blob", "text"]) {
    if (bodyCache?.[kind] === undefined) continue;
    const body = await bodyCache[kind];
    const bytes = kind === "blob" ? await body.arrayBuffer() : body;
    return readKept(typeof bytes === "string" ? bytes : new Uint8Array(bytes), maxBytes);
  }
  return readRequest(raw, maxBytes, HINT);
}

/** Returns the execution context. Hono throws if the platform has none. */
function executionContext(c) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

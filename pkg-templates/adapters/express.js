// A handler for Express, and for `node:http` and `node:http2`.

import { inCallOf } from "../call.js";
import { isFunction } from "./check.js";
import { refuseMisuse } from "./misused.js";
import { dropUnread, readNodeBody, urlOf } from "./node.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/express.md";
const HINT = "mount the adapter before express.json() and other parsers of bodies, or use express.raw({ type: () => true }) on its route";
const OTHERS = "for a Request of the Fetch API, agentmail-webhooks/fetch; for Fastify, agentmail-webhooks/fastify; for Hono, agentmail-webhooks/hono";

export function webhookHandler(options) {
  const receive = inCallOf(webhookHandler, () => receiver(options, PAGE));
  return async (request, response) => {
    if (!isFunction(response?.setHeader) || !isFunction(request?.on)) return refuseMisuse("express", OTHERS);
    const { status, headers } = await receive({
      method: request.method,
      url: () => urlOf(request),
      headers: request.headers,
      read: (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, response },
      // The process keeps running.
      waitUntil: () => {},
    });
    // Something else, such as a middleware for time-outs, has responded in the meantime.
    if (response.headersSent) return;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    dropUnread(request, response);
    response.end();
  };
}

/** Reads the body. Some platforms and parsers keep the raw body; a parsed one cannot be used. */
function readBody(request, maxBytes) {
  const { headers } = request;
  return readNodeBody(request, { headers, kept: () => [request.rawBody, request.body], maxBytes, hint: HINT });
}

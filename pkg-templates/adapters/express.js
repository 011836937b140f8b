// A handler of Express, and of plain `node:http`.

import { readStream } from "./body.js";
import { bodyAborted, payloadNotRaw } from "./errors.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/express.md";
const HINT = "mount the adapter before express.json() and other parsers of bodies, or use express.raw({ type: () => true }) on its route";

export function webhookHandler(options) {
  const receive = receiver(options, PAGE);
  return async (request, response) => {
    const { status, headers } = await receive({
      method: request.method,
      headers: request.headers,
      read: (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, response },
      // The process stays.
      waitUntil: () => {},
    });
    // Something else has answered meanwhile, such as a middleware for time-outs.
    if (response.headersSent) return;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // What was not read is not waited for. HTTP/2 has no such header, and ends the stream by itself.
    if (!request.complete && request.httpVersionMajor === 1) response.setHeader("connection", "close");
    response.end();
  };
}

async function readBody(request, maxBytes) {
  const isRead = request.readableDidRead || request.readableEnded || request.destroyed;
  if (!isRead) return readStream(request, request.headers["content-length"], maxBytes, HINT);
  // Something was here before. Some platforms and parsers keep the raw body; what is parsed is no use.
  for (const body of [request.rawBody, request.body]) {
    if (typeof body === "string" || body instanceof Uint8Array) return body;
  }
  throw request.readableDidRead ? payloadNotRaw(HINT) : bodyAborted();
}

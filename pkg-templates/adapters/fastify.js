// A plugin of Fastify, with its own parser of bodies, which holds for its own route only.

import { readStream } from "./body.js";
import { bodyAborted, payloadNotRaw } from "./errors.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/fastify.md";
const HINT = "register the adapter as a plugin of its own, not wrapped by fastify-plugin, and read no body in hooks before it";
/** All but `path` are Fastify's, which hands them on. */
const OWN = ["path", "prefix", "logLevel", "logSerializers", "name"];

export async function webhookPlugin(app, options) {
  const receive = receiver(options, PAGE, OWN);
  const { path = "/" } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_, payload, done) => done(null, payload));
  app.post(path, async (request, reply) => {
    const { status, headers } = await receive({
      method: request.method,
      headers: request.headers,
      read: (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, reply },
      // The process stays.
      waitUntil: () => {},
    });
    if (reply.sent) return reply;
    if (!request.raw.complete && request.raw.httpVersionMajor === 1) reply.header("connection", "close");
    return reply.code(status).headers(headers).send();
  });
}

async function readBody({ body, headers }, maxBytes) {
  // A request without a body has no parser.
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body.on !== "function" || body.readableDidRead) throw payloadNotRaw(HINT);
  if (body.destroyed) throw bodyAborted();
  return readStream(body, headers["content-length"], maxBytes, HINT);
}

// A plugin for Fastify, with its own body parser, which applies only to its route.

import { inCallOf } from "../call.js";
import { isFunction } from "./check.js";
import { refuseMisuse } from "./misused.js";
import { dropUnread, readNodeBody, urlOf } from "./node.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/fastify.md";
const HINT = "register the adapter as a plugin of its own, not wrapped by fastify-plugin, and read no body in hooks before it";
const OTHERS = "this is a plugin, app.register(webhookPlugin, { path: \"/webhooks\", ... }); for Express and node:http, agentmail-webhooks/express";
/** The additional options. All but `path` are Fastify's, which passes them to the plugin. */
const OWN = ["path", "prefix", "logLevel", "logSerializers", "name"];

/** Content types that every version of Fastify accepts. For others, it may respond with 415. */
const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/;

export async function webhookPlugin(app, options) {
  if (!isFunction(app?.addContentTypeParser)) return refuseMisuse("fastify", OTHERS, options);
  const receive = inCallOf(webhookPlugin, () => receiver(options, PAGE, OWN));
  const { path = "/" } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_, payload, done) => done(null, payload));
  app.addHook("onRequest", async (request) => {
    const type = request.headers["content-type"];
    // The content type does not matter for the signature.
    if (type !== undefined && !TYPE.test(type)) request.headers = { "content-type": "application/octet-stream" };
  });
  app.post(path, async (request, reply) => {
    const { status, headers } = await receive({
      method: request.method,
      url: () => urlOf(request.raw),
      headers: request.raw.headers,
      read: (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, reply },
      // The process keeps running.
      waitUntil: () => {},
    });
    if (reply.sent) return reply;
    dropUnread(request.raw, reply.raw);
    return reply.code(status).headers(headers).send();
  });
}

function readBody(request, maxBytes) {
  const { body, headers } = request;
  // Fastify does not parse requests without a body.
  if (body === undefined || body === null) return new Uint8Array();
  const kept = () => [request.rawBody];
  if (typeof body.on === "function") return readNodeBody(body, { headers, kept, maxBytes, hint: HINT });
  // Another plugin has parsed the body, and may have kept it.
  return readNodeBody(request.raw, { headers, kept, maxBytes, hint: HINT });
}

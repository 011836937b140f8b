// The adapters of the Fetch API, over HTTP/1.1 and HTTP/2 by Hono's server for Node; and mounted where they do not belong.

import { createServer } from "node:http";
import { createServer as createSecondServer } from "node:http2";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import express4 from "express-4";
import fastify from "fastify";
import { Hono } from "hono";
import * as library from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { same } from "../suite/assert.mjs";
import { PAYLOAD, SECRET } from "../suite/kit.mjs";
import { serve, serveSecond, serving, servingSecond } from "./http.mjs";
import { adapterSuite, spy } from "./suite.mjs";

const byHono = (options) => new Hono().all("/", honoHandler(options)).fetch;
const mounts = {
  "fetch, over HTTP": ["fetch", (options) => serve(getRequestListener(webhookHandler(options)))],
  "fetch, over HTTP/2": ["fetch", (options) => serveSecond(getRequestListener(webhookHandler(options)))],
  "hono, over HTTP": ["hono", (options) => serve(getRequestListener(byHono(options)))],
  "hono, over HTTP/2": ["hono", (options) => serveSecond(getRequestListener(byHono(options)))],
};
for (const [name, [page, mount]] of Object.entries(mounts)) {
  adapterSuite(name, { library, memoryStore, mount: async (options) => mount(options), page, test });
}

const headers = { "content-type": "application/json", ...new library.Webhook(SECRET).sign(PAYLOAD) };

/** What the console is told of a delivery to a server with the wrong adapter. */
async function misused(listener, serveBy = serve) {
  const { error } = console;
  console.error = spy();
  const server = await serveBy(listener);
  try {
    const { status } = await server.send({ headers, body: PAYLOAD });
    return [status, console.error.calls.flat().join()];
  } finally {
    console.error = error;
    await server.close();
  }
}

test("fetch: mounted in Express and node:http, each request is answered, and the log says what to use", { timeout: 10_000 }, async () => {
  const handler = webhookHandler({ secret: SECRET });
  const servers = { express: express().post("/", handler), "express 4": express4().post("/", handler), "node:http": handler };
  for (const [name, listener] of Object.entries(servers)) {
    const [status, told] = await misused(listener);
    same(status, 500, name);
    same(/agentmail-webhooks\/fetch was called with.+agentmail-webhooks\/express/.test(told), true, `${name}: ${told}`);
  }
  const [status] = await misused(handler, serveSecond);
  same(status, 500, "node:http2");
});

test("fetch, hono, express: mounted in Fastify", { timeout: 10_000 }, async () => {
  const handlers = [webhookHandler({ secret: SECRET }), honoHandler({ secret: SECRET })];
  for (const handler of handlers) {
    const app = fastify();
    const failed = spy();
    app.setErrorHandler((error, _request, reply) => {
      failed(error);
      return reply.code(500).send();
    });
    app.post("/", handler);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const server = await serving(app.server);
    same((await server.send({ headers, body: PAYLOAD })).status, 500, "status");
    same(failed.calls[0][0].code, "invalid_option", "code");
    await server.close();
  }
});

test("hono: mounted in Express and node:http, each request is answered", { timeout: 10_000 }, async () => {
  for (const listener of [express().post("/", honoHandler({ secret: SECRET })), express4().post("/", honoHandler({ secret: SECRET })), honoHandler({ secret: SECRET })]) {
    const [status] = await misused(listener);
    same(status, 500, "status");
  }
});

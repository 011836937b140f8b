// The adapters of the Fetch API, over HTTP/1.1 and HTTP/2 by Hono's server for Node; and adapters in the wrong server.

import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import express4 from "express-4";
import fastify from "fastify";
import { Hono } from "hono";
import * as library from "agentmail-webhooks";
import { webhookHandler as expressHandler } from "agentmail-webhooks/express";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { webhookHandler as lambdaHandler } from "agentmail-webhooks/lambda";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { same } from "../suite/assert.mjs";
import { PAYLOAD, SECRET } from "../suite/kit.mjs";
import { refuseMany, serve, serveSecond, serving } from "./http.mjs";
import { adapterSuite } from "./suite.mjs";
import { spy } from "./suite/kit.mjs";

const byHono = (options) => new Hono().all("/", honoHandler(options)).fetch;
const mounts = {
  "fetch, over HTTP": ["fetch", (options) => serve(getRequestListener(webhookHandler(options)))],
  "fetch, over HTTP/2": ["fetch", (options) => serveSecond(getRequestListener(webhookHandler(options)))],
  "hono, over HTTP": ["hono", (options) => serve(getRequestListener(byHono(options)))],
  "hono, over HTTP/2": ["hono", (options) => serveSecond(getRequestListener(byHono(options)))],
};
for (const [name, [page, mount]] of Object.entries(mounts)) {
  const hasSessions = name.endsWith("HTTP/2");
  adapterSuite(name, { library, memoryStore, mount: async (options) => mount(options), page, test, ...(hasSessions && { refuseMany }) });
}

const headers = { "content-type": "application/json", ...new library.Webhook(SECRET).sign(PAYLOAD) };

/** Delivers to a server with the wrong adapter. Returns the status and the log. */
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

/** The adapters that belong in other servers. */
const misplaced = {
  fetch: webhookHandler({ secret: SECRET }),
  hono: honoHandler({ secret: SECRET }),
  lambda: lambdaHandler({ secret: SECRET }),
  fastify: webhookPlugin,
};

for (const [name, handler] of Object.entries(misplaced)) {
  test(`${name}: mounted in Express and node:http, each request is answered, and the log says what to use`, { timeout: 10_000 }, async () => {
    const servers = { express: express().post("/", handler), "express 4": express4().post("/", handler), "node:http": handler };
    for (const [server, listener] of Object.entries(servers)) {
      const [status, told] = await misused(listener);
      same(status, 500, server);
      same(new RegExp(`agentmail-webhooks/${name} was called with.+agentmail-webhooks/express`).test(told), true, `${server}: ${told}`);
    }
    const [status] = await misused(handler, serveSecond);
    same(status, 500, "node:http2");
  });

  test(`${name}: mounted as a handler in Fastify and in Hono`, { timeout: 10_000 }, async () => {
    const app = fastify();
    const failed = spy();
    app.setErrorHandler((error, _request, reply) => {
      failed(error);
      return reply.code(500).send();
    });
    app.post("/", handler);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const server = await serving(app.server);
    const { status } = await server.send({ headers, body: PAYLOAD }).finally(server.close);
    same(status, 500, "Fastify");
    if (name !== "hono") {
      const inHono = new Hono().post("/", (...values) => handler(...values)).onError((error, c) => {
        failed(error);
        return c.body(null, 500);
      });
      same((await inHono.request("/", { method: "POST", headers, body: PAYLOAD })).status, 500, "Hono");
    }
    same([...new Set(failed.calls.map(([{ code }]) => code))], ["invalid_option"], "codes");
  });
}

test("express, hono, lambda, fastify: called with a Request", async () => {
  for (const [name, handler] of Object.entries({ ...misplaced, express: expressHandler({ secret: SECRET }) })) {
    if (name === "fetch") continue;
    const request = new Request("http://example.com/", { method: "POST", headers, body: PAYLOAD });
    same(await handler(request, {}, {}).then(() => "an answer", ({ code }) => code), "invalid_option", name);
  }
});

test("hono: a body that a middleware has read, over HTTP", async () => {
  for (const serveBy of [serve, serveSecond]) {
    for (const kind of ["text", "arrayBuffer", "json", "blob"]) {
      const app = new Hono().use((c, next) => c.req[kind]().then(next)).post("/", honoHandler({ secret: SECRET }));
      const server = await serveBy(getRequestListener(app.fetch));
      const { status } = await server.send({ headers, body: PAYLOAD }).finally(server.close);
      same(status, 200, kind);
    }
  }
});

// A server with an adapter: `node load-server.mjs <adapter> <HTTP/1.1 or HTTP/2>`. It tells its port, and, when asked, how many
// requests are open.

import { createServer } from "node:http";
import { createServer as createSecondServer } from "node:http2";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { webhookHandler as expressHandler } from "agentmail-webhooks/express";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { SECRET } from "../suite/kit.mjs";

const [, , adapter, version] = process.argv;
const isSecond = version === "HTTP/2";
const options = { secret: SECRET, store: memoryStore({ maxEntries: 1000 }), on: { any: () => {} }, onError: () => {} };
const serverOf = (listener) => (isSecond ? createSecondServer(listener) : createServer(listener)).listen(0, "127.0.0.1");
const servers = {
  // Express itself has no HTTP/2: there, its adapter is the listener.
  Express: () => serverOf(isSecond ? expressHandler(options) : express().post("/", expressHandler(options))),
  Fastify: async () => {
    const app = fastify({ http2: isSecond, forceCloseConnections: true }).register(webhookPlugin, options);
    await app.listen({ port: 0, host: "127.0.0.1" });
    return app.server;
  },
  Hono: () => serverOf(getRequestListener(new Hono().post("/", honoHandler(options)).fetch)),
};

const server = await servers[adapter]();
let open = 0;
server.on(isSecond ? "stream" : "request", (stream, response) => {
  open += 1;
  (isSecond ? stream : response).once("close", () => (open -= 1));
});
const tell = () => process.send(server.address().port);
if (server.listening) tell();
else server.once("listening", tell);
process.on("message", () => process.send(open));
process.on("disconnect", () => process.exit());

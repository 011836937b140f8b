// Express and plain `node:http`, over HTTP.

import { once } from "node:events";
import { createServer } from "node:http";
import { connect as connectSecond, createServer as createSecondServer } from "node:http2";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { test } from "node:test";
import express from "express";
import * as library from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/express";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { same } from "../suite/assert.mjs";
import { PAYLOAD, SECRET } from "../suite/kit.mjs";
import { refuseMany, serve, serveSecond } from "./http.mjs";
import { adapterSuite, spy } from "./suite.mjs";

const required = createRequire(import.meta.url)("agentmail-webhooks/express");
const mounts = {
  express: async (options) => serve(express().post("/", webhookHandler(options))),
  "express, by require": async (options) => serve(express().post("/", required.webhookHandler(options))),
  "node:http": async (options) => serve(webhookHandler(options)),
  "node:http2": async (options) => serveSecond(webhookHandler(options)),
};
for (const [name, mount] of Object.entries(mounts)) adapterSuite(name, { library, memoryStore, mount, page: "express", test });

const signed = new library.Webhook(SECRET).sign(PAYLOAD);
/** The same, as lines of a request. */
const SIGNED = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`).join("");

/** One delivery to an app with something before the adapter. */
async function behind(before, { type = "application/json", options = {} } = {}) {
  const onError = spy();
  const server = await serve(express().use(before).post("/", webhookHandler({ secret: SECRET, onError, ...options })));
  const headers = { "content-type": type, ...signed };
  const { status } = await server.send({ headers, body: PAYLOAD });
  await server.close();
  return [status, onError.calls[0]?.[0]];
}

test("express: after express.json() the error says how to mount the adapter", async () => {
  const [status, error] = await behind(express.json());
  same([status, error.code], [500, "payload_not_raw"], "answer");
  same(/before express\.json\(\)/.test(error.hint), true, error.hint);
  same((await behind(express.urlencoded(), { type: "application/x-www-form-urlencoded" }))[1].code, "payload_not_raw", "a form");
});

test("express: a parser that kept the raw body, or left it alone, does no harm", async () => {
  const kept = express.json({ verify: (request, _, raw) => (request.rawBody = raw) });
  const parsers = [[express.raw({ type: () => true })], [express.text({ type: () => true })], [kept], [express.json(), { type: "text/plain" }]];
  for (const [parser, options] of parsers) same(await behind(parser, options), [200, undefined], "answer");
});

test("express: something that read the body without keeping it", async () => {
  const drain = async (request, _, next) => {
    request.resume();
    await once(request, "end");
    next();
  };
  same((await behind(drain))[1].code, "payload_not_raw", "code");
});

test("express: a body of chunks of one byte takes its bytes, not a buffer for each", async () => {
  const answers = [];
  const handler = webhookHandler({ secret: SECRET, onError: () => {} });
  const server = await serve((request, response) => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const { emit } = request;
    let most = 0;
    let count = 0;
    request.emit = (name, ...values) => {
      count += 1;
      if (name === "data" && count % 1000 === 0) {
        const { arrayBuffers, heapUsed } = process.memoryUsage();
        most = Math.max(most, arrayBuffers + heapUsed - before);
      }
      return emit.call(request, name, ...values);
    };
    handler(request, response).then(() => answers.push(most));
  });
  const socket = connect(server.port, "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nHost: example.com\r\n${SIGNED}Transfer-Encoding: chunked\r\n\r\n`);
  socket.write(`${"1\r\nx\r\n".repeat(300_000)}0\r\n\r\n`);
  await once(socket, "data");
  socket.destroy();
  // A buffer for each would be over 100 MB; some wait for the collector here too.
  same(answers.length === 1 && answers[0] < 60e6, true, `${answers} bytes`);
  await server.close();
});

test("express: a body that something before told to decode", async () => {
  const decodes = (request, _response, next) => {
    request.setEncoding("utf8");
    next();
  };
  same((await behind(decodes))[1].code, "payload_not_raw", "code");
});

test("express: a handler that answers by itself", async () => {
  const any = spy((_event, _delivery, { response }) => void response.status(202).end());
  same(await behind((_request, _response, next) => next(), { options: { on: { any } } }), [202, undefined], "answer");
});

test("express: what was not read is not waited for", async () => {
  const server = await serve(express().post("/", webhookHandler({ secret: SECRET, onError: () => {}, maxBodyBytes: 10 })));
  const { status, headers } = await server.send({ headers: { ...signed, connection: "keep-alive" }, body: "more than ten", framing: "endless" });
  same([status, headers.connection], [413, "close"], "answer");
  await server.close();
});

test("node:http: something answers while the body is read", async () => {
  const handler = webhookHandler({ secret: SECRET, onError: () => {}, maxBodyBytes: 10 });
  let ended;
  const server = await serve((request, response) => {
    response.writeHead(503).flushHeaders();
    ended = handler(request, response).finally(() => response.end());
  });
  same((await server.send({ headers: signed, body: "more than ten", framing: "endless" })).status, 503, "status");
  same(await ended, undefined, "what became of it");
  await server.close();
});

test("node:http2: a delivery, one that is too large, and a sender that hangs up", async () => {
  const onError = spy();
  const ended = spy();
  const handler = webhookHandler({ secret: SECRET, onError, maxBodyBytes: 10_000 });
  const server = createSecondServer((request, response) => handler(request, response).then(ended, ended)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connectSecond(`http://127.0.0.1:${server.address().port}`);
  const open = (headers) => client.request({ ":method": "POST", ":path": "/", ...headers });
  const status = async (stream) => (await once(stream, "response"))[0][":status"];

  const genuine = open(signed);
  genuine.end(PAYLOAD);
  same(await status(genuine), 200, "genuine");
  const large = open(signed);
  large.write("x".repeat(10_001));
  same(await status(large), 413, "too large");
  const aborted = open(signed);
  aborted.on("error", () => {}).write("{");
  await once(server, "request");
  await new Promise((resolve) => setTimeout(resolve, 10));
  aborted.destroy(new Error("gone"));
  while (ended.calls.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  same(ended.calls, [[undefined], [undefined], [undefined]], "what became of them");
  same(onError.calls.length, 2, "reports");
  client.destroy();
  server.close();
});

test("node:http2: 300 refused bodies on one session leave no stream open", async () => {
  const server = await serveSecond(webhookHandler({ secret: SECRET, onError: () => {}, maxBodyBytes: 10_000 }));
  const large = { headers: signed, body: "x".repeat(15_000) };
  const forged = [large, { ...large, headers: {} }];
  const result = await refuseMany(server, { forged, genuine: { headers: signed, body: PAYLOAD } });
  same(result, { statuses: [400, 413], genuine: 200, left: 0 }, "answers");
  await server.close();
});

test("node:http: a sender that hangs up is no delivery, and no crash", async () => {
  const onError = spy();
  const handler = webhookHandler({ secret: SECRET, onError });
  const ended = spy();
  const server = createServer((request, response) => handler(request, response).then(ended, ended)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect(server.address().port, "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nHost: example.com\r\n${SIGNED}Content-Length: 100\r\n\r\n{`);
  await once(server, "request");
  await new Promise((resolve) => setTimeout(resolve, 10));
  socket.destroy();
  while (ended.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  same(ended.calls, [[undefined]], "what became of it");
  same(onError.calls.map(([{ code }]) => code), ["body_aborted"], "reports");
  server.close();
});

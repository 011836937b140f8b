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
import { adapterSuite } from "./suite.mjs";
import { spy } from "./suite/kit.mjs";

const required = createRequire(import.meta.url)("agentmail-webhooks/express");
const mounts = {
  express: async (options) => serve(express().post("/", webhookHandler(options))),
  "express, by require": async (options) => serve(express().post("/", required.webhookHandler(options))),
  "node:http": async (options) => serve(webhookHandler(options)),
  "node:http2": async (options) => serveSecond(webhookHandler(options)),
};
for (const [name, mount] of Object.entries(mounts)) {
  adapterSuite(name, { library, memoryStore, mount, page: "express", test, ...(name === "node:http2" && { refuseMany }) });
}

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

/** One chunked delivery of a large mail, with text outside ASCII, to a server with something before the adapter. */
async function chunked(before, serveBy = serve) {
  const onError = spy();
  const handler = webhookHandler({ secret: SECRET, onError });
  const listener = serveBy === serve ? express().use(before).post("/", handler) : (request, response) => before(request, response, () => handler(request, response));
  const server = await serveBy(listener);
  const body = JSON.stringify({ event_type: "message.teleported", note: "Grüße, 東京 🙂".repeat(20_000) });
  const { status } = await server.send({ headers: new library.Webhook(SECRET).sign(body), body, framing: "length" });
  await server.close();
  return [status, onError.calls[0]?.[0].code];
}

test("express: a middleware that is still filling rawBody", async () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 5));
  const asBuffers = (request, _response, next) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => (request.rawBody = Buffer.concat(chunks)));
    next();
  };
  const asText = (request, _response, next) => {
    request.rawBody = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (request.rawBody += chunk));
    request.once("data", () => next());
  };
  const afterwards = (request, response, next) => asBuffers(request, response, () => request.once("data", () => next()));
  const awaited = (request, response, next) => asBuffers(request, response, () => later().then(next));
  const byIterator = async (request, _response, next) => {
    const chunks = [];
    setTimeout(next, 1);
    for await (const chunk of request) chunks.push(chunk), await later();
    request.rawBody = Buffer.concat(chunks);
  };
  for (const serveBy of [serve, serveSecond]) {
    for (const middleware of [asBuffers, asText, afterwards, awaited, byIterator]) same(await chunked(middleware, serveBy), [200, undefined], middleware.name);
  }
});

test("express: a rawBody of chunks that were decoded one by one is told apart from a forgery", async () => {
  const broken = (request, _response, next) => {
    request.rawBody = "";
    // 997 is no multiple of the length of any letter.
    request.on("data", (chunk) => {
      for (let at = 0; at < chunk.length; at += 997) request.rawBody += chunk.subarray(at, at + 997);
    });
    request.once("data", () => next());
  };
  same(await chunked(broken), [500, "payload_not_raw"], "answer");
});

test("express: a middleware that gives up reading", { timeout: 10_000 }, async () => {
  const givesUp = (request, _response, next) => {
    const stop = () => request.off("data", stop).pause();
    request.on("data", stop);
    request.once("data", () => next());
  };
  same((await chunked(givesUp))[1], "payload_not_raw", "code");
  const pauses = (request, _response, next) => {
    request.once("data", () => {
      request.pause();
      setTimeout(next, 5);
    });
  };
  same((await chunked(pauses))[1], "payload_not_raw", "code");
});

test("express: mounted where requests are others", async () => {
  const request = new Request("http://example.com/", { method: "POST", headers: signed, body: PAYLOAD });
  for (const call of [[request], [request, {}, {}], [{ req: {}, res: {} }, async () => {}], []]) {
    let error;
    await webhookHandler({ secret: SECRET })(...call).catch((thrown) => (error = thrown));
    same(error?.code, "invalid_option", "code");
    same(/agentmail-webhooks\/fetch/.test(error.hint), true, error.hint);
  }
});

test("express: the URL, for the function for the secret", async () => {
  const secret = spy(() => SECRET);
  const server = await serve(express().use("/mail", webhookHandler({ secret })));
  for (const host of ["mail.example", "two words"]) {
    same((await server.send({ path: "/mail/acme?a=1", headers: { ...signed, host }, body: PAYLOAD })).status, 200, host);
  }
  same(secret.calls.map(([, { url }]) => url), ["http://mail.example/mail/acme?a=1", "http://localhost/mail/acme?a=1"], "URLs");
  await server.close();
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

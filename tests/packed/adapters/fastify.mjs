// Fastify, over HTTP.

import { once } from "node:events";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import fastify from "fastify";
import rawBody from "fastify-raw-body";
import * as library from "agentmail-webhooks";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { same } from "../suite/assert.mjs";
import { PAYLOAD, SECRET } from "../suite/kit.mjs";
import { refuseMany, send, servingSecond } from "./http.mjs";
import { adapterSuite } from "./suite.mjs";
import { spy } from "./suite/kit.mjs";

async function listening(app) {
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address();
  const close = () => {
    app.server.closeAllConnections();
    return app.close();
  };
  return { close, send: (message) => send(port, message) };
}

/** @param before receives the app before the adapter is registered */
async function listeningSecond(options, before = () => {}) {
  const app = fastify({ http2: true });
  await before(app);
  app.register(webhookPlugin, options);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const server = await servingSecond(app.server);
  const close = async () => {
    const closed = server.close();
    await app.close();
    await closed;
  };
  return { ...server, close };
}

const required = createRequire(import.meta.url)("agentmail-webhooks/fastify");
const mounts = {
  fastify: async (options) => listening(fastify().register(webhookPlugin, options)),
  "fastify, by require": async (options) => listening(fastify().register(required.webhookPlugin, options)),
  "fastify, HTTP/2": listeningSecond,
};
for (const [name, mount] of Object.entries(mounts)) {
  adapterSuite(name, { library, memoryStore, mount, page: "fastify", test, ...(mount === listeningSecond && { refuseMany }) });
}

const signed = (body = PAYLOAD) => ({ headers: { "content-type": "application/json", ...new library.Webhook(SECRET).sign(body) }, body });

test("fastify: other routes parse bodies as ever", async () => {
  const any = spy();
  const app = fastify();
  const theirs = { logLevel: "warn", logSerializers: {}, name: "mail" };
  app.post("/json", (request) => request.body);
  app.register(webhookPlugin, { ...theirs, prefix: "/mail", path: "/webhooks", secret: SECRET, on: { any } });
  app.post("/later", (request) => request.body);
  const server = await listening(app);
  same((await server.send({ ...signed(), path: "/mail/webhooks" })).status, 200, "status");
  same(any.calls.length, 1, "calls");
  for (const path of ["/json", "/later"]) same((await server.send({ ...signed('{"a":1}'), path })).body, '{"a":1}', path);
  await server.close();
});

test("fastify: any type of a body, and none", async () => {
  for (const options of [{}, { http2: true }]) {
    const onError = spy();
    const handled = spy();
    const plugin = { secret: SECRET, onError, on: { any: (_event, _delivery, { request }) => handled(request.raw.headers["content-type"]) } };
    const server = options.http2 ? await listeningSecond(plugin) : await listening(fastify().register(webhookPlugin, plugin));
    const types = ["", " ", "json", "application/", "/json", ";", "application/json;", "application/json; charset=", 'application/json; charset="utf-8', "a/b/c", "application/json, text/plain", "größe/x", "x".repeat(5000), "application/json; charset=utf-8", undefined];
    for (const type of types) {
      const { "content-type": _, ...headers } = signed().headers;
      const { status } = await server.send({ headers: { ...headers, ...(type !== undefined && { "content-type": Buffer.from(type).toString("latin1") }) }, body: PAYLOAD });
      same(status, 200, `type ${type}`);
    }
    same([handled.calls.length, onError.calls.length], [types.length, 0], "calls");
    await server.close();
  }
});

for (const options of [{}, { encoding: false }, { runFirst: true }, { field: "rawBody", encoding: "utf8", global: true }]) {
  test(`fastify: fastify-raw-body with ${JSON.stringify(options)}`, { timeout: 20_000 }, async () => {
    const onError = spy();
    const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
    for (const secret of [SECRET, async () => wait().then(() => SECRET)]) {
      const raw = (app) => app.register(rawBody, options);
      const app = fastify();
      await raw(app);
      app.register(webhookPlugin, { secret, onError });
      for (const server of [await listening(app), await listeningSecond({ secret, onError }, raw)]) {
        const large = JSON.stringify({ event_type: "message.teleported", note: "Grüße, 東京 🙂".repeat(30_000) });
        for (const body of [PAYLOAD, large]) same((await server.send(signed(body))).status, 200, `${onError.calls[0]?.[0]}`);
        await server.close();
      }
    }
    same(onError.calls.length, 0, "errors");
  });
}

test("fastify: fastify-raw-body with a limit that a mail exceeds", { timeout: 20_000 }, async () => {
  const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
  for (const secret of [SECRET, async () => wait().then(() => SECRET)]) {
    const onError = spy();
    const app = fastify({ bodyLimit: 1000 });
    await app.register(rawBody);
    app.register(webhookPlugin, { secret, onError });
    const server = await listening(app);
    const large = JSON.stringify({ event_type: "message.teleported", note: "x".repeat(500_000) });
    const { status } = await server.send(signed(large));
    // The outcome depends on which plugin reads the body first, but there is always an answer.
    same(status === 200 || onError.calls[0]?.[0].code === "payload_not_raw", true, `${status} ${onError.calls[0]?.[0]}`);
    await server.close();
  }
});

test("fastify: a hook that read the body", async () => {
  const drains = [
    async (payload) => {
      for await (const _ of payload);
    },
    async (payload) => {
      payload.once("data", () => payload.pause());
      await once(payload, "pause");
    },
  ];
  for (const drain of drains) {
    const onError = spy();
    const app = fastify();
    app.addHook("preParsing", async (_request, _reply, payload) => {
      await drain(payload);
      return payload;
    });
    app.register(webhookPlugin, { secret: SECRET, onError });
    const server = await listening(app);
    same((await server.send(signed())).status, 500, "status");
    same(onError.calls[0][0].code, "payload_not_raw", "code");
    await server.close();
  }
});

test("fastify: a body that ends without an end", async () => {
  const onError = spy();
  const app = fastify();
  app.addHook("preParsing", async () => {
    const cut = new PassThrough();
    setTimeout(() => cut.destroy(), 10);
    return cut;
  });
  app.register(webhookPlugin, { secret: SECRET, onError });
  const server = await listening(app);
  same((await server.send(signed())).status, 400, "status");
  same(onError.calls.map(([{ code }]) => code), ["body_aborted"], "reports");
  await server.close();
});

test("fastify: a body that breaks after it was refused", async () => {
  const app = fastify();
  let cut;
  app.addHook("preParsing", async () => {
    cut = new PassThrough();
    cut.write("more than ten");
    return cut;
  });
  app.register(webhookPlugin, { secret: SECRET, onError: () => {}, maxBodyBytes: 10 });
  const server = await listening(app);
  same((await server.send(signed())).status, 413, "status");
  // Without a listener, this would end the process.
  cut.emit("error", new Error("incorrect data check"));
  await server.close();
});

test("fastify: what was not read is not waited for", async () => {
  const app = fastify().register(webhookPlugin, { secret: SECRET, onError: () => {}, maxBodyBytes: 10 });
  const server = await listening(app);
  const { status, headers } = await server.send({ headers: { ...signed().headers, connection: "keep-alive" }, body: "more than ten", framing: "endless" });
  same([status, headers.connection], [413, "close"], "answer");
  await server.close();
});

// The adapters of the Fetch API, in Node and in workerd.

import { Hono } from "hono";
import * as library from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { sample, signTestRequest } from "agentmail-webhooks/testing";
import { same } from "../suite/assert.mjs";
import { OTHER_SECRET, PAYLOAD, SECRET } from "../suite/kit.mjs";
import { asAnswer, asRequest } from "./request.mjs";
import { adapterSuite } from "./suite.mjs";
import { spy } from "./suite/kit.mjs";

const close = async () => {};

export function fetchSuite({ test, handlers = { fetch: webhookHandler }, honoHandlers = { hono: honoHandler } }) {
  for (const [name, handler] of Object.entries(handlers)) {
    const mount = async (options) => {
      const handle = handler(options);
      return { close, send: async (message) => asAnswer(await handle(asRequest(message))) };
    };
    adapterSuite(name, { library, memoryStore, mount, page: "fetch", test });
  }
  for (const [name, handler] of Object.entries(honoHandlers)) {
    const mount = async (options) => {
      const app = new Hono().all("/", handler(options));
      return { close, send: async (message) => asAnswer(await app.request(asRequest(message))) };
    };
    adapterSuite(name, { library, memoryStore, mount, page: "hono", test });
  }

  test("fetch: what the testing kit signs", async () => {
    const sent = spy();
    const handle = webhookHandler({ secret: SECRET, on: { "message.sent": sent }, onError: () => {} });
    const overrides = { send: { message_id: "<1@mail.example>" } };
    same((await handle(signTestRequest(sample("message.sent", overrides), SECRET))).status, 200);
    same(sent.calls.map(([event]) => event.send.message_id), ["<1@mail.example>"]);
    same((await handle(signTestRequest(sample("message.sent"), OTHER_SECRET))).status, 401);
  });

  const signed = () => asRequest({ headers: new library.Webhook(SECRET).sign(PAYLOAD), body: PAYLOAD });

  test("fetch: the environment and the context of the platform", async () => {
    const env = { AGENTMAIL_WEBHOOK_SECRET: SECRET, store: memoryStore() };
    const other = { AGENTMAIL_WEBHOOK_SECRET: SECRET, store: memoryStore() };
    const ctx = { waitUntil: spy() };
    const any = spy();
    const secret = spy((environment) => environment.AGENTMAIL_WEBHOOK_SECRET);
    const request = signed();
    const handle = webhookHandler({ secret, store: ({ store }) => store, background: true, on: { any } });
    same((await handle(request, env, ctx)).status, 200, "status");
    same(ctx.waitUntil.calls.length, 1, "waitUntil");
    await ctx.waitUntil.calls[0][0];
    const [, , context] = any.calls[0];
    same([context.request === request, context.env === env, context.ctx === ctx, secret.calls[0][0] === env], [true, true, true, true], "context");
    same(await env.store.claim(JSON.parse(PAYLOAD).event_id, 1), { state: "completed" }, "store");
    // Another environment has another store.
    same((await handle(signed(), other, ctx)).status, 200, "status");
    await ctx.waitUntil.calls[1][0];
    same(any.calls.length, 2, "calls");
  });

  test("fetch, hono: a function for the store is asked once, whatever the platform hands over", async () => {
    const waitUntil = () => {};
    const env = {};
    const platforms = {
      Deno: () => [{ remoteAddr: {} }],
      "Next.js": () => [{ params: Promise.resolve({}) }],
      Bun: () => [{ server: "the same" }],
      nothing: () => [],
      "a Worker": () => [env, { waitUntil }],
    };
    for (const [platform, handed] of Object.entries(platforms)) {
      for (const adapter of ["fetch", "hono"]) {
        const [store, any] = [spy(async () => memoryStore()), spy()];
        const options = { secret: SECRET, store, on: { any } };
        const handle = adapter === "fetch" ? webhookHandler(options) : new Hono().post("/", honoHandler(options)).fetch;
        const sent = new library.Webhook(SECRET).sign(PAYLOAD, { id: "msg_1" });
        const send = () => handle(asRequest({ headers: sent, body: PAYLOAD }), ...handed());
        const statuses = (await Promise.all([send(), send(), send()])).map(({ status }) => status);
        statuses.push((await send()).status);
        same([statuses.at(-1), store.calls.length, any.calls.length], [200, 1, 1], `${platform}, ${adapter}`);
      }
    }
  });

  test("fetch: a store that takes its time is made even if the sender hangs up", async () => {
    const ctx = { waitUntil: spy() };
    const handle = webhookHandler({ secret: SECRET, store: async () => memoryStore(), on: { any: () => {} } });
    same((await handle(signed(), {}, ctx)).status, 200, "status");
    same(ctx.waitUntil.calls.length, 1, "waitUntil");
    await ctx.waitUntil.calls[0][0];
  });

  test("hono: the environment and the context of the platform", async () => {
    const env = { AGENTMAIL_WEBHOOK_SECRET: SECRET };
    const ctx = { waitUntil: spy(), passThroughOnException: () => {} };
    const any = spy();
    const app = new Hono().use(async (c, next) => {
      c.set("user", "jane");
      await next();
    });
    app.post("/", honoHandler({ secret: ({ AGENTMAIL_WEBHOOK_SECRET }) => AGENTMAIL_WEBHOOK_SECRET, background: true, on: { any } }));
    same((await app.fetch(signed(), env, ctx)).status, 200, "status");
    same(ctx.waitUntil.calls.length, 1, "waitUntil");
    same(any.calls[0][2].get("user"), "jane", "context");
  });

  test("fetch, hono: background without waitUntil is warned of, once", async () => {
    const { warn } = console;
    const options = { secret: SECRET, background: true, on: { any: () => {} } };
    const handle = webhookHandler(options);
    const app = new Hono().post("/", honoHandler(options));
    const silent = webhookHandler({ ...options, background: () => {} });
    try {
      for (const [send, warnings] of [[() => handle(signed(), {}), 1], [() => app.fetch(signed(), {}), 1], [() => silent(signed(), {}), 0]]) {
        console.warn = spy();
        for (let sent = 0; sent < 2; sent++) same((await send()).status, 200, "status");
        same(console.warn.calls.length, warnings, "warnings");
      }
    } finally {
      console.warn = warn;
    }
  });

  test("fetch, hono: a body that was read or is being read", async () => {
    for (const read of [(request) => request.json(), (request) => request.text(), async (request) => request.body.getReader()]) {
      const onError = spy();
      const request = signed();
      await read(request);
      same((await webhookHandler({ secret: SECRET, onError })(request)).status, 500, "status");
      const before = signed();
      const app = new Hono().use((c, next) => read(c.req.raw).then(next)).post("/", honoHandler({ secret: SECRET, onError }));
      same((await app.request(before)).status, 500, "status");
      same(onError.calls.map(([{ code }]) => code), ["payload_not_raw", "payload_not_raw"], "codes");
    }
  });

  test("hono: a body that Hono has read and kept", async () => {
    const large = JSON.stringify({ event_type: "message.teleported", note: "Grüße, 東京 🙂".repeat(30_000) });
    const requestOf = (body) => asRequest({ headers: new library.Webhook(SECRET).sign(body), body });
    const reads = {
      text: (c) => c.req.text(),
      arrayBuffer: (c) => c.req.arrayBuffer(),
      blob: (c) => c.req.blob(),
      json: (c) => c.req.json(),
      "text, not awaited": async (c) => void c.req.text(),
      "text, then arrayBuffer": (c) => c.req.text().then(() => c.req.arrayBuffer()),
    };
    for (const [name, read] of Object.entries(reads)) {
      for (const body of [PAYLOAD, large]) {
        const app = new Hono().use((c, next) => read(c).then(next)).post("/", honoHandler({ secret: SECRET }));
        same((await app.request(requestOf(body))).status, 200, name);
      }
      const onError = spy();
      const small = new Hono().use((c, next) => read(c).then(next)).post("/", honoHandler({ secret: SECRET, onError, maxBodyBytes: 10 }));
      same((await small.request(requestOf(PAYLOAD))).status, 413, name);
    }
    const onError = spy();
    const headers = { ...new library.Webhook(SECRET).sign("a=1"), "content-type": "application/x-www-form-urlencoded" };
    const app = new Hono().use((c, next) => c.req.formData().then(next)).post("/", honoHandler({ secret: SECRET, onError }));
    same((await app.request(asRequest({ headers, body: "a=1" }))).status, 500, "a form");
    same(onError.calls[0][0].code, "payload_not_raw", "code");
  });

  test("fetch: a body that breaks off", async () => {
    const onError = spy();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("{"));
      },
      pull(controller) {
        controller.error(new Error("reset"));
      },
    });
    const request = new Request("http://example.com/", { method: "POST", headers: new library.Webhook(SECRET).sign(PAYLOAD), body, duplex: "half" });
    same((await webhookHandler({ secret: SECRET, onError })(request)).status, 400, "status");
    same(onError.calls.map(([{ code, cause }]) => [code, cause.message]), [["body_aborted", "reset"]], "reports");
  });
}

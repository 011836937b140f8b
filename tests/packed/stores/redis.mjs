// The store in Redis, by both clients that people use.

import { createRequire } from "node:module";
import { after, test } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { ok, same } from "../suite/assert.mjs";
import { redisServer } from "./redis-server.mjs";
import { argumentsSuite, endpointSuite, storeSuite, twice } from "./suite.mjs";

const server = await redisServer();
const redis = await createClient({ socket: { host: "127.0.0.1", port: server.port } }).connect();
const ioredis = new Redis(server.port, "127.0.0.1");
after(async () => {
  redis.destroy();
  ioredis.disconnect();
  await server.stop();
});

const byRedis = (command) => redis.sendCommand(command);
const byIoredis = ([name, ...values]) => ioredis.call(name, ...values);

const byNodeRedis = (endpoint = "support") => redisStore(byRedis, { endpoint });
storeSuite("node-redis", { open: byNodeRedis, test });
storeSuite("ioredis", { open: (endpoint) => redisStore(byIoredis, { endpoint }), test });
const required = createRequire(import.meta.url)("agentmail-webhooks/stores/redis");
storeSuite("node-redis, by require", { open: (endpoint) => required.redisStore(byRedis, { endpoint }), test });
storeSuite("node-redis, each command sent twice", { open: (endpoint) => redisStore(twice(byRedis), { endpoint }), test });

argumentsSuite("redisStore", {
  test,
  page: "redis",
  right: "redisStore((command) => client.sendCommand(command), {",
  calls: [redis, ioredis, undefined, null, "redis://127.0.0.1", {}].map((command) => () => redisStore(command, { endpoint: "support" })),
});
endpointSuite("redisStore", { test, open: (options) => redisStore(byRedis, options) });

test("redis: both clients share what they know", async () => {
  const [one, other] = [byNodeRedis(), redisStore(byIoredis, { endpoint: "support" })];
  const { token } = await one.claim("shared", 60);
  same(await other.claim("shared", 60), { state: "in_progress" }, "claim");
  same(await other.complete("shared", token, 60), true, "complete");
  same(await one.claim("shared", 60), { state: "completed" }, "claim");
});

test("redis: keys have the name of their endpoint, and end by themselves", async () => {
  await redis.flushAll();
  const store = byNodeRedis();
  const { token } = await store.claim("a", 60);
  await store.complete("a", token, 1000);
  const { token: held } = await store.claim("b", 60);
  await byNodeRedis("sales").claim("a", 60);
  same((await redis.keys("*")).sort(), ["agentmail:delivery:sales:a", "agentmail:delivery:support:a", "agentmail:delivery:support:b"], "keys");
  // The Rust crate reads and writes the same.
  same(await redis.get("agentmail:delivery:support:a"), `completed:${token}`, "completed");
  same(await redis.get("agentmail:delivery:support:b"), `claimed:${held}`, "claimed");
  const left = async (key) => redis.pTTL(key);
  ok((await left("agentmail:delivery:support:a")) > 990_000, "time to live");
  const lease = await left("agentmail:delivery:support:b");
  ok(lease > 50_000 && lease <= 60_000, `lease: ${lease}`);
});

test("redis: each command may be sent again, because its answer was lost", async () => {
  const sendTwice = async (command) => {
    await redis.sendCommand(command);
    return redis.sendCommand(command);
  };
  const store = redisStore(sendTwice, { endpoint: "support" });
  const { state, token } = await store.claim("sent twice", 60);
  same(state, "claimed", "state");
  same(await byNodeRedis().claim("sent twice", 60), { state: "in_progress" }, "another");
  same(await store.complete("sent twice", token, 60), true, "complete");
  same(await store.claim("sent twice", 60), { state: "completed" }, "claim");
  const { token: released } = await store.claim("released twice", 60);
  await store.release("released twice", released);
  same((await byNodeRedis().claim("released twice", 60)).state, "claimed", "after a release");
});

test("redis: an answer that is none is thrown", async () => {
  for (const reply of [undefined, null, "QUEUED", { result: "claimed" }, 2, "OK"]) {
    const store = redisStore(async () => reply, { endpoint: "support" });
    for (const call of [() => store.claim("a", 1), () => store.complete("a", "b", 1)]) {
      same(await call().then(() => "an answer", ({ name }) => name), "TypeError", `${reply}`);
    }
  }
});

test("redis: what the server refuses is thrown", async () => {
  const store = redisStore(() => Promise.reject(new Error("READONLY")), { endpoint: "support" });
  for (const call of [() => store.claim("a", 1), () => store.complete("a", "b", 1), () => store.release("a", "b")]) {
    same(await call().catch(({ message }) => message), "READONLY", "error");
  }
});

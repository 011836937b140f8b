// The store in Redis, by both clients that people use.

import { createRequire } from "node:module";
import { after, test } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { ok, same } from "../suite/assert.mjs";
import { redisServer } from "./redis-server.mjs";
import { argumentsSuite, refused, storeSuite } from "./suite.mjs";

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

storeSuite("node-redis", { open: () => redisStore(byRedis), test });
storeSuite("ioredis", { open: () => redisStore(byIoredis), test });
storeSuite("node-redis, by require", { open: () => createRequire(import.meta.url)("agentmail-webhooks/stores/redis").redisStore(byRedis), test });

argumentsSuite("redisStore", {
  test,
  page: "redis",
  right: "redisStore((command) => client.sendCommand(command))",
  calls: [redis, ioredis, undefined, null, "redis://127.0.0.1", {}].map((command) => () => redisStore(command)),
});

test("redis: options that make no sense", () => {
  for (const options of [null, "prefix:", { prefix: 5 }, { prefix: null }]) refused(() => redisStore(byRedis, options));
  const { message, hint } = refused(() => redisStore(byRedis, { perfix: "a:" }));
  same(message, "there is no option perfix", "message");
  ok(hint.startsWith("did you mean prefix?"), hint);
});

test("redis: both clients share what they know", async () => {
  const [one, other] = [redisStore(byRedis), redisStore(byIoredis)];
  const { token } = await one.claim("shared", 60);
  same(await other.claim("shared", 60), { state: "in_progress" }, "claim");
  same(await other.complete("shared", token, 60), true, "complete");
  same(await one.claim("shared", 60), { state: "completed" }, "claim");
});

test("redis: keys have a prefix, and end by themselves", async () => {
  await redis.flushAll();
  const store = redisStore(byRedis);
  const other = redisStore(byRedis, { prefix: "other:" });
  await store.complete("a", (await store.claim("a", 60)).token, 1000);
  await store.claim("b", 60);
  same((await other.claim("a", 60)).state, "claimed", "another prefix");
  same((await redis.keys("*")).sort(), ["agentmail:delivery:a", "agentmail:delivery:b", "other:a"], "keys");
  const left = async (key) => redis.pTTL(key);
  ok((await left("agentmail:delivery:a")) > 990_000, "time to live");
  const lease = await left("agentmail:delivery:b");
  ok(lease > 50_000 && lease <= 60_000, `lease: ${lease}`);
});

test("redis: a claim that is sent again, because its answer was lost", async () => {
  const sendTwice = async (command) => {
    await redis.sendCommand(command);
    return redis.sendCommand(command);
  };
  const { state, token } = await redisStore(sendTwice).claim("sent twice", 60);
  same(state, "claimed", "state");
  same(await redisStore(byRedis).claim("sent twice", 60), { state: "in_progress" }, "another");
  same(await redisStore(byRedis).complete("sent twice", token, 60), true, "complete");
});

test("redis: an answer that is none is thrown", async () => {
  for (const reply of [undefined, null, "QUEUED", { result: "claimed" }, 2, "OK"]) {
    const store = redisStore(async () => reply);
    for (const call of [() => store.claim("a", 1), () => store.complete("a", "b", 1)]) {
      same(await call().then(() => "an answer", ({ name }) => name), "TypeError", `${reply}`);
    }
  }
});

test("redis: what the server refuses is thrown", async () => {
  const store = redisStore(() => Promise.reject(new Error("READONLY")));
  for (const call of [() => store.claim("a", 1), () => store.complete("a", "b", 1), () => store.release("a", "b")]) {
    same(await call().catch(({ message }) => message), "READONLY", "error");
  }
});

// The store in memory.

import { createRequire } from "node:module";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { ok, same } from "../suite/assert.mjs";
import { argumentsSuite, refused, storeSuite } from "./suite.mjs";

storeSuite("memory", { open: () => memoryStore(), isShared: false, test });
storeSuite("memory, by require", { isShared: false, open: () => createRequire(import.meta.url)("agentmail-webhooks/stores/memory").memoryStore(), test });

argumentsSuite("memoryStore", {
  test,
  page: "memory",
  right: "memoryStore({ maxEntries: 1000 })",
  calls: [-1, 0, 0.5, NaN, "100", null].map((maxEntries) => () => memoryStore({ maxEntries })).concat(() => memoryStore(1000), () => memoryStore(null)),
});

test("memory: a clock that is none", () => {
  refused(() => memoryStore({ now: 5 }));
});

test("memory: without a bound, and called with an environment", async () => {
  for (const options of [{ maxEntries: Infinity }, { PATH: "/bin", AGENTMAIL_WEBHOOK_SECRET: "whsec_" }]) await complete(memoryStore(options), "a");
});

const complete = async (store, key, ttlSeconds = 60) => store.complete(key, (await store.claim(key, 60)).token, ttlSeconds);

test("memory: what was completed first is forgotten first", async () => {
  const store = memoryStore({ maxEntries: 3 });
  for (const key of ["a", "b", "c", "d"]) await complete(store, key);
  for (const key of ["b", "c", "d"]) same((await store.claim(key, 60)).state, "completed", key);
  same((await store.claim("a", 60)).state, "claimed", "a");
  same((await store.claim("b", 60)).state, "claimed", "b made room for a");
});

test("memory: what is in progress is never forgotten", async () => {
  const store = memoryStore({ maxEntries: 2 });
  const { token } = await store.claim("a", 60);
  for (const key of ["b", "c", "d"]) await complete(store, key);
  same((await store.claim("a", 60)).state, "in_progress", "a");
  await store.claim("e", 60);
  let error;
  await store.claim("f", 60).catch((thrown) => (error = thrown));
  ok(/2 deliveries/.test(error?.message), `${error}`);
  same(await store.complete("a", token, 60), true, "a");
});

test("memory: who is late completes, even if there is no room", async () => {
  let now = 0;
  const store = memoryStore({ maxEntries: 1, now: () => now });
  const { token } = await store.claim("a", 10);
  now = 20;
  await store.claim("b", 10);
  same(await store.complete("a", token, 60), true, "complete");
  same((await store.claim("a", 60)).state, "completed", "state");
});

test("memory: what has run out makes room before what counts", async () => {
  let now = 0;
  const store = memoryStore({ maxEntries: 2, now: () => now });
  await store.claim("a", 10);
  await complete(store, "b");
  now = 10;
  await store.claim("c", 60);
  same((await store.claim("b", 60)).state, "completed", "b");
  now = 60;
  same((await store.claim("b", 60)).state, "claimed", "b");
});

test("memory: 200,000 deliveries leave no more than the bound", async () => {
  const store = memoryStore({ maxEntries: 1000 });
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  for (let at = 0; at < 10_000; at += 1) await complete(store, `warm ${at}`);
  const before = used();
  for (let at = 0; at < 200_000; at += 1) await complete(store, `msg_${at}`);
  const grown = used() - before;
  ok(grown < 5 * 1024 * 1024, `${grown} bytes`);
});

test("memory: what has expired makes room, whatever was claimed before it", async () => {
  let now = 0;
  const store = memoryStore({ maxEntries: 3, now: () => now });
  await store.claim("long", 1000);
  for (const [key, seconds] of [["short", 10], ["middle", 20]]) await store.claim(key, seconds);
  now = 15;
  same((await store.claim("next", 1000)).state, "claimed", "short has expired");
  same((await store.claim("middle", 20)).state, "in_progress", "middle");
  now = 25;
  await complete(store, "after", 5);
  same((await store.claim("long", 20)).state, "in_progress", "long");
});

test("memory: of what is completed, what would expire next is forgotten first", async () => {
  const store = memoryStore({ maxEntries: 3 });
  for (const [key, seconds] of [["year", 3e7], ["hour", 3600], ["day", 86_400]]) await complete(store, key, seconds);
  await complete(store, "next", 86_400);
  same((await store.claim("year", 60)).state, "completed", "year");
  same((await store.claim("day", 60)).state, "completed", "day");
  same((await store.claim("hour", 60)).state, "claimed", "hour");
});

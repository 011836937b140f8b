// `once`, over a store that can be made to fail.

import { createRequire } from "node:module";
import { test } from "node:test";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { once } from "agentmail-webhooks/stores/once";
import { ok, same } from "../suite/assert.mjs";
import { refused } from "./suite.mjs";

const thrown = async (promise) => promise.then(() => undefined, (error) => error);

test("once: handled, duplicate, in progress", async () => {
  const store = memoryStore();
  same(await once(store, "a", async () => 5), { outcome: "handled", value: 5 }, "first");
  same(await once(store, "a", async () => 6), { outcome: "duplicate" }, "second");
  await store.claim("b", 60);
  same(await once(store, "b", () => 7, { leaseSeconds: 0.5 }), { outcome: "in_progress", retryAfterSeconds: 1 }, "another");
  const required = createRequire(import.meta.url)("agentmail-webhooks/stores/once");
  same(await required.once(store, "c", () => "sync"), { outcome: "handled", value: "sync" }, "by require");
});

test("once: work that throws gives the key back", async () => {
  const store = memoryStore();
  const broken = new Error("broken");
  same((await thrown(once(store, "a", () => Promise.reject(broken)))) === broken, true, "the same error");
  same((await once(store, "a", async () => {})).outcome, "handled", "again");
  // `once` throws the error of the work, not that of the release.
  const noRelease = { ...memoryStore(), release: () => Promise.reject(new Error("no connection")) };
  same((await thrown(once(noRelease, "a", () => Promise.reject(broken)))) === broken, true, "the same error");
});

test("once: of many at once, one works", async () => {
  const store = memoryStore();
  let works = 0;
  const results = await Promise.all(Array.from({ length: 50 }, () => once(store, "a", async () => (works += 1))));
  same([works, results.filter(({ outcome }) => outcome === "handled").length], [1, 1], "works");
});

test("once: a claim that is granted late starts nothing, and is given back", async () => {
  const store = memoryStore();
  const late = {
    ...store,
    claim: async (key, leaseSeconds) => {
      const claim = await store.claim(key, leaseSeconds);
      await new Promise((resolve) => setTimeout(resolve, leaseSeconds * 600));
      return claim;
    },
  };
  let works = 0;
  same((await once(late, "a", () => (works += 1), { leaseSeconds: 0.2 })).outcome, "in_progress", "late");
  same(works, 0, "works");
  same((await once(store, "a", () => (works += 1))).outcome, "handled", "afterwards");
});

test("once: a completion that fails is sent again, and that it was noted the first time is no harm", async () => {
  const store = memoryStore();
  for (const isNoted of [false, true]) {
    let fails = 2;
    const flaky = {
      ...store,
      complete: async (...values) => {
        const answer = !isNoted && fails ? undefined : await store.complete(...values);
        if (fails-- > 0) throw new Error("no connection");
        return answer;
      },
    };
    same((await once(flaky, `noted: ${isNoted}`, async () => {})).outcome, "handled", "outcome");
    same((await once(store, `noted: ${isNoted}`, async () => {})).outcome, "duplicate", "afterwards");
  }
  const down = { ...store, complete: () => Promise.reject(new Error("no connection")) };
  same((await thrown(once(down, "down", async () => {}))).message, "no connection", "down");
});

test("once: work that outlives its lease", async () => {
  const store = memoryStore();
  const work = async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await store.claim("a", 60);
  };
  same((await thrown(once(store, "a", work, { leaseSeconds: 0.02 }))).code, "lease_lost", "code");
});

test("once: a store that has transactions", async () => {
  const store = {
    claim() {},
    complete() {},
    release() {},
    transaction: async (key, ttlSeconds, work) => ({ state: "claimed", value: await work({ key, ttlSeconds }) }),
  };
  same(await once(store, "a", (transaction) => transaction, { ttlSeconds: 5 }), { outcome: "handled", value: { key: "a", ttlSeconds: 5 } }, "the work is given it");
  store.transaction = async () => ({ state: "completed" });
  same(await once(store, "a", () => 5), { outcome: "duplicate" }, "completed");
  store.transaction = async () => undefined;
  same((await thrown(once(store, "a", () => 5))).name, "TypeError", "no answer");
});

test("once: arguments that make no sense", async () => {
  const store = memoryStore();
  const wrong = [[], [{}, "a", () => {}], [store, undefined, () => {}], [store, "a"], [store, "a", () => {}, null], [store, "a", () => {}, { leaseSeconds: 0 }], [store, "a", () => {}, { lease: 5 }]];
  for (const call of wrong) {
    const error = await thrown(once(...call));
    refused(() => {
      throw error;
    });
    ok(error.hint.endsWith("docs/stores/once.md"), error.hint);
  }
});

// What every DeliveryStore must do. Leases and times to live are short, and waited for.

import { ok, same } from "../suite/assert.mjs";

const LONG = 60;
const SHORT = 0.05;

/** @param open gives the store */
export function storeSuite(name, { open, test }) {
  const check = (what, use) =>
    test(`${name}: ${what}`, async () => {
      const store = await open();
      await use(store, `key ${crypto.randomUUID()}`);
    });
  const claimed = async (store, key, leaseSeconds = LONG) => {
    const { state, token } = await store.claim(key, leaseSeconds);
    same(state, "claimed", "state");
    ok(typeof token === "string" && token.length > 0, "a token");
    return token;
  };
  /** Claims a key as soon as it is free. */
  const claimedAgain = async (store, key, leaseSeconds = LONG) => {
    for (;;) {
      const { state, token } = await store.claim(key, leaseSeconds);
      if (state === "claimed") return token;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  check("claim, complete", async (store, key) => {
    const token = await claimed(store, key);
    same(await store.claim(key, LONG), { state: "in_progress" }, "while it is handled");
    same(await store.complete(key, token, LONG), true, "complete");
    for (let times = 0; times < 2; times += 1) same(await store.claim(key, LONG), { state: "completed" }, "afterwards");
    same(await store.complete(key, token, LONG), false, "completed twice");
  });

  check("claim, release, claim", async (store, key) => {
    const first = await claimed(store, key);
    same(await store.release(key, first), undefined, "release");
    const second = await claimed(store, key);
    ok(first !== second, "another token");
    await store.release(key, first);
    same(await store.claim(key, LONG), { state: "in_progress" }, "released by who has it no more");
    same(await store.complete(key, second, LONG), true, "complete");
  });

  check("a release without a claim, and after completion", async (store, key) => {
    await store.release(key, "nobody");
    const token = await claimed(store, key);
    await store.complete(key, token, LONG);
    await store.release(key, token);
    await store.release(key, "completed");
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("a lease that runs out can be claimed again; who is late can no longer complete", async (store, key) => {
    const late = await claimed(store, key, SHORT);
    const next = await claimedAgain(store, key);
    same(await store.complete(key, late, LONG), false, "complete");
    await store.release(key, late);
    same(await store.claim(key, LONG), { state: "in_progress" }, "the other's claim");
    same(await store.complete(key, next, LONG), true, "the other's complete");
    same(await store.complete(key, late, LONG), false, "complete, after the other");
  });

  check("who is late can complete what nobody else has claimed", async (store, key) => {
    const late = await claimed(store, key, SHORT);
    await new Promise((resolve) => setTimeout(resolve, SHORT * 2000));
    same(await store.complete(key, late, LONG), true, "complete");
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("what is completed is forgotten after its time", async (store, key) => {
    await store.complete(key, await claimed(store, key), SHORT);
    await store.complete(key, await claimedAgain(store, key), LONG);
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("the time to live counts from completion, not from the claim", async (store, key) => {
    await store.complete(key, await claimed(store, key, SHORT), LONG);
    await new Promise((resolve) => setTimeout(resolve, SHORT * 2000));
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("of many that claim at once, one gets it", async (store, key) => {
    for (const round of [1, 2, 3]) {
      const claims = await Promise.all(Array.from({ length: 50 }, () => store.claim(`${key} ${round}`, LONG)));
      same(claims.filter(({ state }) => state === "claimed").length, 1, "claims");
      same(claims.filter(({ state }) => state === "in_progress").length, 49, "in progress");
    }
  });

  check("of many that complete at once, one does", async (store, key) => {
    const token = await claimed(store, key);
    const results = await Promise.all(Array.from({ length: 20 }, () => store.complete(key, token, LONG)));
    same(results.filter(Boolean).length, 1, "completed");
  });

  check("keys are what they are", async (store, key) => {
    const keys = ["", " ", "a b", "'; DROP TABLE agentmail_deliveries; --", '"', "%_*?[", "completed", "__proto__", "東京 🙂", "\u0000\n\r", "x".repeat(256)];
    for (const each of keys) await store.complete(key + each, await claimed(store, key + each), LONG);
    for (const each of keys) same(await store.claim(key + each, LONG), { state: "completed" }, each);
    await claimed(store, key.toUpperCase());
  });

  check("leases of parts of a second, and of years", async (store, key) => {
    for (const seconds of [0.0001, 0.9999, 1e8]) {
      const token = await claimedAgain(store, key, seconds);
      await store.release(key, token);
      await store.complete(`${key} ${seconds}`, "nobody", seconds);
    }
    same(await store.claim(`${key} 100000000`, LONG), { state: "completed" }, "years");
  });
}

/**
 * What is refused when the server starts, with the call that would be right.
 * @param calls each with arguments that make no sense
 */
export function argumentsSuite(name, { test, page, right, calls }) {
  test(`${name}: arguments that make no sense`, () => {
    for (const call of calls) {
      const { message, hint } = refused(call);
      ok(message.startsWith(`${name}: `), message);
      ok(hint.includes(right), hint);
      ok(hint.endsWith(`see https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/${page}.md`), hint);
    }
  });
}

/** Calls, and wants an `invalid_option` in return. Gives the error. */
export function refused(call) {
  try {
    call();
  } catch (error) {
    same([error.name, error.code], ["TypeError", "invalid_option"], `${error}`);
    return error;
  }
  throw new Error(`${call} is not refused`);
}

// Tests for every DeliveryStore. Leases and times to live are short, and the tests wait for their end.

import { Webhook } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { ok, same } from "../suite/assert.mjs";

const LONG = 60;
const SHORT = 0.05;
const SECRET = "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=";
/** Has no `event_id`, so that the id of a delivery is its key. */
const PAYLOAD = JSON.stringify({ event_type: "message.teleported" });

/**
 * @param open returns the store of an endpoint
 * @param isShared whether two stores of one endpoint share their data
 */
export function storeSuite(name, { open, isShared = true, test }) {
  const check = (what, use) =>
    test(`${name}: ${what}`, async () => {
      const store = await open("support");
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
    same(await store.complete(key, "another", LONG), false, "completed by another");
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("a completion that is sent twice, because its answer was lost", async (store, key) => {
    const token = await claimed(store, key);
    for (let times = 0; times < 3; times += 1) same(await store.complete(key, token, LONG), true, "complete");
    same(await store.claim(key, LONG), { state: "completed" }, "state");
  });

  check("each endpoint has its own deliveries", async (store, key) => {
    const other = await open("sales");
    await store.complete(key, await claimed(store, key), LONG);
    const token = await claimed(other, key);
    same(await store.release(key, token), undefined, "release by another endpoint");
    same(await other.claim(key, LONG), { state: "in_progress" }, "the other's claim");
    same(await other.complete(key, token, LONG), true, "the other's completion");
    // A name and a key never combine to those of another endpoint.
    await claimed(await open("support/a"), key);
    await claimed(store, `a:${key}`);
  });

  check("two endpoints of one application each handle their own delivery of an event", async (_store, key) => {
    const handled = [];
    for (const endpoint of ["support", "sales", "support"]) {
      const handle = webhookHandler({ secret: SECRET, store: await open(endpoint), on: { any: () => handled.push(endpoint) } });
      const headers = new Webhook(SECRET).sign(PAYLOAD, { id: key });
      same((await handle(new Request("http://example.com/", { method: "POST", headers, body: PAYLOAD }))).status, 200, endpoint);
    }
    same(handled, isShared ? ["support", "sales"] : ["support", "sales", "support"], "handled");
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
    for (const nobody of ["completed", "", `completed:${token}`]) await store.release(key, nobody);
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

  check("of many that complete at once, only who has claimed does", async (store, key) => {
    const token = await claimed(store, key);
    const tokens = Array.from({ length: 20 }, (_, index) => (index === 10 ? token : `token ${index}`));
    const results = await Promise.all(tokens.map((each) => store.complete(key, each, LONG)));
    same(results.flatMap((isCompleted, index) => (isCompleted ? [index] : [])), [10], "completed");
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

/** Sends a command twice, as a client does that has lost the first answer. */
export function twice(send) {
  return async (...values) => {
    await send(...values);
    return send(...values);
  };
}

/**
 * Tests the arguments that are refused when the server starts. The hint has the right call.
 * @param calls calls with invalid arguments
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

/**
 * Tests the names of endpoints that are refused.
 * @param open opens the store with options
 */
export function endpointSuite(name, { test, open }) {
  test(`${name}: an endpoint has a name`, () => {
    for (const endpoint of [undefined, "", 5, null, "two words", "a:b", "endpoint\n", "größe", "x".repeat(101)]) {
      const { message, hint } = refused(() => open({ endpoint }));
      ok(message.startsWith(`${name}: endpoint is not a name`), message);
      ok(hint.includes('{ endpoint: "support" }'), hint);
    }
    for (const options of [undefined, null, "support"]) {
      const { message, hint } = refused(() => open(options));
      ok(message.startsWith(`${name}: the second argument`), message);
      ok(hint.includes('{ endpoint: "support" }'), hint);
    }
    const { message, hint } = refused(() => open({ endpiont: "support" }));
    same(message, "there is no option endpiont", "message");
    ok(hint.startsWith("did you mean endpoint?"), hint);
    for (const endpoint of ["a", "support@acme.example", "~!9;", "x".repeat(100)]) open({ endpoint });
  });
}

/** Asserts that a call throws `invalid_option`, and returns the error. */
export function refused(call) {
  try {
    call();
  } catch (error) {
    same([error.name, error.code], ["TypeError", "invalid_option"], `${error}`);
    return error;
  }
  throw new Error(`${call} is not refused`);
}

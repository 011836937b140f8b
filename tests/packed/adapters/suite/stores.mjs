// Each event is handled once, whatever the store does.

import { ok, same } from "../../suite/assert.mjs";
import { PAYLOAD, spy } from "./kit.mjs";

/** A store whose transactions do nothing but log. */
function transactionalStore() {
  const completed = new Set();
  const claimed = new Set();
  const log = [];
  let number = 0;
  const neverAsked = () => {
    throw new Error("a store with transactions is asked for nothing else");
  };
  return {
    log,
    claim: neverAsked,
    complete: neverAsked,
    release: neverAsked,
    async transaction(key, _ttlSeconds, work) {
      if (completed.has(key)) return { state: "completed" };
      if (claimed.has(key)) return { state: "in_progress" };
      claimed.add(key);
      number += 1;
      const transaction = { number };
      log.push(`begin ${transaction.number}`);
      try {
        const value = await work(transaction);
        log.push(`commit ${transaction.number}`);
        completed.add(key);
        return { state: "claimed", value };
      } catch (error) {
        log.push(`rollback ${transaction.number}`);
        throw error;
      } finally {
        claimed.delete(key);
      }
    },
  };
}

export function stores({ memoryStore, delivery, served, codes, answered }) {
  const withStore = (options = {}) => () => ({ store: memoryStore(), on: { any: spy(options.handler) }, ...options });

  served("a delivery that is sent again is handled once", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    answered(await send(delivery(PAYLOAD, { id: "msg_2" })), 200);
    same(on.any.calls.map(([, { idempotencyKey }]) => idempotencyKey), ["msg_1", "msg_2"], "handled");
  }, withStore());

  served("a delivery that is being handled is answered with 409", async ({ send, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    const first = send(delivery());
    while (on.any.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const second = await send(delivery());
    answered(second, 409);
    same(second.headers["retry-after"], "120", "Retry-After");
    finish();
    answered(await first, 200);
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => {
    const any = spy(() => any.wait);
    return { store: memoryStore(), on: { any } };
  });

  served("a handler that throws gives the delivery back", async ({ send, on }) => {
    same([(await send(delivery())).status, (await send(delivery())).status, (await send(delivery())).status], [500, 200, 200], "answers");
    same(on.any.calls.length, 2, "calls");
  }, () => {
    const any = spy(() => {
      if (any.calls.length === 1) throw new Error("broken");
    });
    return { store: memoryStore(), on: { any } };
  });

  served("forgeries never reach the store", async ({ send, store }) => {
    answered(await send({ ...delivery(), body: "{}" }), 401);
    same(store.claim.calls.length, 0, "claims");
  }, () => ({ store: { claim: spy(), complete: spy(), release: spy() }, on: { any: () => {} } }));

  served("a store that has transactions", async ({ send, store, on, onOutcome }) => {
    on.any.fails = true;
    answered(await send(delivery()), 500);
    on.any.fails = false;
    answered(await send(delivery()), 200);
    answered(await send(delivery()), 200);
    same(store.log, ["begin 1", "rollback 1", "begin 2", "commit 2"], "transactions");
    same(onOutcome.calls.map(([{ outcome }]) => outcome), ["failed", "handled", "duplicate"], "outcomes");
    const [, , context] = on.any.calls.at(-1);
    same(context.transaction ?? context.get("transaction"), { number: 2 }, "the transaction, in the context");
  }, () => {
    const any = spy(() => {
      if (any.fails) throw new Error("broken");
    });
    return { store: transactionalStore(), onOutcome: spy(), on: { any } };
  });

  served("a store that has transactions: another attempt meanwhile", async ({ send, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    const first = send(delivery());
    while (on.any.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    answered(await send(delivery()), 409);
    finish();
    answered(await first, 200);
  }, () => {
    const any = spy(() => any.wait);
    return { store: transactionalStore(), on: { any } };
  });

  for (const operation of ["claim", "complete", "release"]) {
    served(`a store that fails to ${operation} is answered with 500`, async ({ send, onError }) => {
      answered(await send(delivery()), 500);
      ok(onError.calls.some(([error]) => error.message === "no connection"), "is reported");
    }, () => ({
      store: { ...memoryStore(), [operation]: async () => { throw new Error("no connection"); } },
      on: { any: () => { if (operation === "release") throw new Error("broken"); } },
    }));
  }

  for (const claim of [undefined, {}, { state: "locked" }, { state: "undefined" }, "claimed"]) {
    served(`a store that gives ${JSON.stringify(claim)} for a claim is answered with 500`, async ({ send, on, onError }) => {
      answered(await send(delivery()), 500);
      same([on.any.calls.length, onError.calls.length], [0, 1], "calls");
    }, () => ({ store: { ...memoryStore(), claim: async () => claim }, on: { any: spy() } }));
  }

  served("a handler that outlives its lease is answered with 409", async ({ send, onError }) => {
    answered(await send(delivery()), 409);
    same(codes(onError), ["lease_lost"], "errors");
  }, () => ({ store: { ...memoryStore(), complete: async () => false }, on: { any: () => {} } }));

  served("long keys are digested, for the store only", async ({ send, store, on }) => {
    const id = "x".repeat(300);
    answered(await send(delivery(PAYLOAD, { id })), 200);
    const [[key]] = store.claim.calls;
    // printf 'x%.0s' {1..300} | sha256sum
    same(key, "sha256:0d4e2ca9e9cbced7a7a5380eb29e1a3783b9b6d0db72de36a1051038e1c1fbc7", "key");
    same(on.any.calls[0][1].idempotencyKey, id, "idempotencyKey");
  }, () => ({ store: { claim: spy(async () => ({ state: "claimed", token: "a" })), complete: async () => true, release: async () => {} }, on: { any: spy() } }));

  served("a store that is a function of the environment, which is asked once", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: async () => memoryStore(), on: { any: spy() } }));

  served("a function for the store is asked once by requests that come at once", async ({ send, store, on }) => {
    let made;
    store.wait = new Promise((resolve) => (made = resolve));
    const sends = Array.from({ length: 20 }, (_, index) => send(delivery(PAYLOAD, { id: `msg_${index % 2}` })));
    while (store.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // The others arrive meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    made(memoryStore());
    const statuses = (await Promise.all(sends)).map(({ status }) => status);
    ok(statuses.every((status) => status === 200 || status === 409), statuses.join());
    same([store.calls.length, on.any.calls.length], [1, 2], "calls");
  }, () => {
    const store = spy(() => store.wait);
    return { store, on: { any: spy() } };
  });

  served("a function for the store is asked again only after it failed", async ({ send, store, on, onError }) => {
    for (const status of [500, 500, 200, 200]) answered(await send(delivery()), status);
    same([store.calls.length, on.any.calls.length], [3, 1], "calls");
    same(onError.calls.map(([{ message }]) => message), ["no connection", "no connection"], "errors");
  }, () => {
    const store = spy(async () => {
      if (store.calls.length < 3) throw new Error("no connection");
      return memoryStore();
    });
    return { store, on: { any: spy() } };
  });

  served("a store without parentheses", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: memoryStore, on: { any: spy() } }));

  let found;
  served("a store that is missing is not: no store", async ({ send, on, onError }) => {
    answered(await send(delivery()), 500);
    found = {};
    answered(await send(delivery()), 500);
    same(codes(onError), ["invalid_option", "invalid_option"], "errors");
    found = memoryStore();
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: () => found, on: { any: spy() } }));

  served("an event that nobody handles asks no store", async ({ send, store }) => {
    answered(await send(delivery()), 200);
    same(store.claim.calls.length, 0, "claims");
  }, () => ({ store: { claim: spy(), complete: spy(), release: spy() }, on: { "message.received": () => {} } }));
}

// The answer comes before the handler has ended.

import { same } from "../../suite/assert.mjs";
import { SECRET } from "../../suite/kit.mjs";
import { spy } from "./kit.mjs";

export function background({ name, memoryStore, mount, test, hasBackground, delivery, served, answered }) {
  if (!hasBackground) {
    test(`${name}: background is refused`, async () => {
      let error;
      await mount({ secret: SECRET, background: true }).catch((thrown) => (error = thrown));
      same(error?.code, "invalid_option", "code");
    });
    return;
  }

  served("background: the answer comes first", async ({ send, store, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    answered(await send(delivery()), 200);
    answered(await send(delivery()), 409);
    finish();
    while ((await store.claim("msg_1", 1)).state !== "completed") await new Promise((resolve) => setTimeout(resolve, 1));
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => {
    const any = spy(() => any.wait);
    return { store: memoryStore(), on: { any }, background: true };
  });

  served("background: a handler that throws is reported, and the delivery given back", async ({ send, onError, store }) => {
    answered(await send(delivery()), 200);
    while (onError.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    same(onError.calls[0][0].message, "broken", "error");
    same(onError.calls[0][2].idempotencyKey, "msg_1", "the delivery");
    same((await store.claim("msg_1", 1)).state, "claimed", "state");
  }, () => ({ store: memoryStore(), background: true, on: { any: async () => { throw new Error("broken"); } } }));

  served("background: the outcome is that of the handler, the status what the sender was told", async ({ send, onOutcome, on }) => {
    for (on.any.fails of [true, false]) {
      answered(await send(delivery()), 200);
      while (onOutcome.calls.length < on.any.calls.length) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    same(onOutcome.calls.map(([{ outcome, status }]) => [outcome, status]), [["failed", 200], ["handled", 200]], "outcomes");
  }, () => {
    const any = spy(() => {
      if (any.fails) throw new Error("broken");
    });
    return { store: memoryStore(), background: true, onOutcome: spy(), on: { any } };
  });

  served("background: a function is told what to wait for", async ({ send, background, on }) => {
    answered(await send(delivery()), 200);
    same(background.calls.length, 1, "calls");
    await background.calls[0][0];
    same(on.any.calls.length, 1, "calls of the handler");
  }, () => ({ background: spy(), on: { any: spy() } }));

  for (const [how, background] of [["throws", () => { throw new Error("no queue"); }], ["rejects", async () => { throw new Error("no queue"); }]]) {
    served(`background: a function that ${how} is reported`, async ({ send, on, onError }) => {
      answered(await send(delivery()), 200);
      while (onError.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      same([on.any.calls.length, onError.calls[0][0].message], [1, "no queue"], "calls");
    }, () => ({ background, on: { any: spy() } }));
  }

  served("background: forgeries are refused as ever", async ({ send }) => {
    answered(await send({ ...delivery(), body: "{}" }), 401);
  }, { background: true });
}

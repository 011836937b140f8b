// docs/stores/once.md: its consumer, given each message twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { claims } from "./blocks.mjs";
import { payload, written } from "./kit.mjs";

const PAGE = "docs/stores/once.md";
const { consume } = await import(written("consumer.mjs", claims(import.meta.url)(PAGE, "consumer.mjs")));

test(`${PAGE}: consumer.mjs`, async (t) => {
  const log = t.mock.method(console, "log", () => {});
  const store = memoryStore();
  for (let times = 0; times < 2; times += 1) assert.equal(await consume(store, { key: "msg_1", payload }), true);
  assert.deepEqual(log.mock.calls.map(({ arguments: [type] }) => type), ["message.received"]);
  await assert.rejects(consume(store, { key: "msg_2", payload: "{" }), { code: "invalid_json" });
  const { token } = await store.claim("msg_2", 60);
  assert.equal(await consume(store, { key: "msg_2", payload }), false);
  await store.complete("msg_2", token, 60);
  assert.equal(await consume(store, { key: "msg_2", payload }), true);
  assert.equal(log.mock.callCount(), 1);
});

// The testing kit in Node: with a store, required, and its documentation. What is the same everywhere: suite/testing.mjs.
// Under Jest and Vitest: testing/runners.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import * as kit from "agentmail-webhooks/testing";
import { claims } from "../docs/blocks.mjs";
import { runTest, written } from "../docs/kit.mjs";

const { EVENT_TYPES, fakeClock, sample } = kit;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("there is a sample of each event that is declared", () => {
  const declared = readFileSync(new URL("../../../node_modules/agentmail-webhooks/index.d.ts", import.meta.url), "utf8");
  const names = Array.from(declared.matchAll(/^ {2}event_type: "(.+)";$/gm), ([, name]) => name);
  assert.deepEqual([...EVENT_TYPES].sort(), names.sort());
});

test("a clock moves stores", async () => {
  const clock = fakeClock(1_800_000_000);
  const store = memoryStore({ now: clock.now });
  assert.equal((await store.claim("key", 60)).state, "claimed");
  clock.advance(61);
  assert.equal((await store.claim("key", 60)).state, "claimed", "the lease ran out");
});

test("required, it is the same", () => {
  const required = createRequire(import.meta.url)("agentmail-webhooks/testing");
  assert.deepEqual(Object.keys(required).sort(), Object.keys(kit).sort());
  assert.deepEqual(required.sample("message.opened"), sample("message.opened"));
  const { headers, body } = required.signTestDelivery(sample("message.opened"), SECRET);
  new Webhook(SECRET).receive(body, headers);
});

const example = written("testing/agent.test.mjs", claims(import.meta.url)("docs/testing.md", "agent.test.mjs"));
test("the example for node:test runs", () => runTest(example));

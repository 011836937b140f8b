// The testing kit: what it signs verifies, its samples are events, and its documentation runs. Under Jest and Vitest:
// testing/runners.mjs.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Webhook, parse } from "agentmail-webhooks";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import * as kit from "agentmail-webhooks/testing";
import { claims } from "./docs/blocks.mjs";
import { runTest, written } from "./docs/kit.mjs";

const { EVENT_TYPES, fakeClock, sample, signTestDelivery, signTestRequest } = kit;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const DIALECTS = ["000", "001", "002", "004"];

test("every sample is its event, in every dialect, and all of it is known", () => {
  assert.equal(EVENT_TYPES.length, 22);
  for (const type of EVENT_TYPES) {
    for (const dialect of [undefined, ...DIALECTS]) {
      const event = parse(JSON.stringify(sample(type, {}, { dialect })));
      assert.equal(event.event_type, type);
      assert.ok(!JSON.stringify(event).includes('"extra"'), type);
    }
  }
});

test("dialects differ as their documents do", () => {
  const message = (dialect) => sample("message.received", {}, { dialect }).message;
  assert.equal(message("004").from, "Jane Doe <jane@example.com>");
  assert.deepEqual(message("004"), message());
  assert.deepEqual(message("000").from, [{ name: "Jane Doe", email: "jane@example.com" }]);
  assert.equal(typeof message("000").attachments[0].content, "string");
  assert.deepEqual(sample("message.received", {}, { dialect: "001" }).thread, {});
  assert.deepEqual(message("002").from_, ["jane@example.com"]);
  assert.equal(sample("message.received", {}, { dialect: "002" }).type, undefined);
  assert.equal(sample("domain.verified", {}, { dialect: "004" }).domain.status, "verified");
  assert.deepEqual(Object.keys(sample("message.bounced", {}, { dialect: "000" }).bounce), ["type", "sub_type", "recipients"]);
});

test("overrides are merged, and no sample is changed by them", () => {
  const before = JSON.stringify(sample("message.received"));
  const overrides = { event_id: undefined, message: { subject: "Hello", labels: ["a"], text: null, headers: { "X-A": "1" }, from: { email: "a@b.example" } } };
  const changed = sample("message.received", overrides);
  assert.equal(changed.message.subject, "Hello");
  assert.deepEqual([changed.message.labels, changed.message.text], [["a"], null]);
  assert.equal(changed.message.headers["X-Mailer"], "Example Mail 4.2");
  assert.equal(changed.message.to[0], "Support <support@agents.example>");
  assert.ok(!("event_id" in changed));
  assert.equal(parse(JSON.stringify(changed)).message.from[0].email, "a@b.example");
  changed.message.attachments[0].filename = "changed";
  changed.message.labels.push("b");
  assert.equal(JSON.stringify(sample("message.received")), before);
  assert.deepEqual(overrides.message.labels, ["a"]);
  sample("message.received", JSON.parse('{"__proto__":{"polluted":1},"message":{"__proto__":{"polluted":1}}}'));
  assert.equal({}.polluted, undefined);
});

test("what there is not is told", () => {
  for (const call of [() => sample("message.recieved"), () => sample("toString"), () => sample("message.sent", {}, { dialect: "3" }), () => sample("message.sent", {}, { dialect: "constructor" })]) {
    assert.throws(call, TypeError);
  }
  assert.throws(() => signTestRequest({}, "short"), { code: "invalid_secret" });
  assert.throws(() => signTestDelivery({}, SECRET, { id: "a.b" }), { code: "invalid_option" });
  assert.throws(() => EVENT_TYPES.push("a"), TypeError);
});

test("a Request, and a delivery, that verify under every scheme", async () => {
  const clock = fakeClock(1_800_000_000);
  for (const scheme of ["standard", "timestamped", "body"]) {
    const webhook = new Webhook(SECRET, { scheme, now: clock.now });
    for (const secret of [SECRET, { secret: SECRET, scheme }]) {
      const options = { scheme, id: "msg_1", timestamp: clock.now(), url: "https://a.example/hook" };
      const request = signTestRequest(sample("message.sent"), secret, options);
      assert.deepEqual([request.method, request.url, request.headers.get("content-type")], ["POST", "https://a.example/hook", "application/json"]);
      assert.equal(webhook.receive(await request.text(), request.headers).event.event_type, "message.sent");
    }
    for (const body of ["no JSON", new Uint8Array([255, 0]), new Uint8Array([255, 0]).buffer]) {
      const delivery = signTestDelivery(body, SECRET, { scheme, timestamp: clock.now() });
      assert.deepEqual([delivery.method, delivery.body], ["POST", body]);
      webhook.verify(delivery.body, delivery.headers);
    }
  }
  const [one, two] = [0, 0].map(() => signTestDelivery({}, SECRET).headers["svix-id"]);
  assert.notEqual(one, two, "each is a delivery of its own");
  const forged = signTestDelivery(sample("message.sent"), OTHER_SECRET);
  assert.throws(() => new Webhook(SECRET).verify(forged.body, forged.headers), { code: "signature_mismatch" });
});

test("a clock moves for webhooks and stores", async () => {
  const clock = fakeClock(1_800_000_000);
  const webhook = new Webhook(SECRET, { now: clock.now });
  const { headers, body } = signTestDelivery("{}", SECRET, { timestamp: clock.now() });
  clock.advance(300);
  webhook.verify(body, headers);
  clock.advance(1);
  assert.throws(() => webhook.verify(body, headers), { code: "timestamp_too_old" });
  clock.set(1_800_000_000 - 301);
  assert.throws(() => webhook.verify(body, headers), { code: "timestamp_too_new" });
  const store = memoryStore({ now: clock.now });
  assert.equal((await store.claim("key", 60)).state, "claimed");
  clock.advance(61);
  assert.equal((await store.claim("key", 60)).state, "claimed", "the lease ran out");
  assert.ok(Number.isInteger(fakeClock().now()) && Math.abs(fakeClock().now() - Date.now() / 1000) < 2);
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

// docs/events.md: its code, and what it says of what is refused. `cargo xtask test` compares its tables with the definitions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook, WebhookError, parse } from "agentmail-webhooks";
import { EVENT_TYPES, sample, signTestDelivery } from "agentmail-webhooks/testing";
import { blocks, claims, read } from "./blocks.mjs";
import { SECRET, serve, written } from "./kit.mjs";

const PAGE = "docs/events.md";
const block = claims(import.meta.url);
const [variants, summaries] = ["variants.mjs", "summary.ts"].map((name) => written(`events/${name}`, block(PAGE, name)));

test(`${PAGE}: variants of mail go to their own functions`, () =>
  serve(variants, {
    more: async ({ post, prints }) => {
      for (const type of ["spam", "blocked", "unauthenticated"]) {
        const event = sample(`message.received.${type}`, { message: { message_id: `<${type}@example.com>`, subject: "not for the agent" } });
        const { headers, body } = signTestDelivery(event, SECRET);
        assert.equal((await post(headers, body)).status, 200);
        await prints(new RegExp(`message\\.received\\.${type} <${type}@example\\.com>`));
      }
    },
  }).then((printed) => assert.doesNotMatch(printed, /not for the agent/)));

test(`${PAGE}: a summary of every event`, async () => {
  const { summary } = await import(summaries);
  for (const type of EVENT_TYPES) {
    const event = parse(JSON.stringify(sample(type)));
    const known = { "message.received": event.message?.subject, "message.bounced": "came back from ", unknown: `newer than this version: ${event.wire_type}` };
    const expected = known[type] ?? (type.startsWith("message.received.") ? `set aside: ${event.message.message_id}` : type);
    assert.ok(summary(event).startsWith(expected), `${type}: ${summary(event)}`);
  }
});

const ids = { inbox_id: "i", thread_id: "t", message_id: "m" };
const received = (message, members) => ({ event_type: "message.received", ...members, message });
/** The warnings and the refusals on the page. */
const [warnings, refusals] = blocks(PAGE).filter(({ language }) => language === "text").map(({ code }) => code);

test(`${PAGE}: what does not fit`, () => {
  const payloads = [
    received({ ...ids, attachments: [{}, {}, { size: "12" }] }),
    received({ ...ids, labels: ["a", null] }),
    received(ids, { thread: { subject: "x" } }),
  ];
  const webhook = new Webhook(SECRET);
  const found = payloads.map((payload) => {
    const body = JSON.stringify(payload);
    const { event, warnings } = webhook.receive(body, webhook.sign(body));
    assert.equal(event.event_type, "message.received");
    return warnings;
  });
  assert.equal(`${found.flat().join("\n")}\n`, warnings);
});

test(`${PAGE}: what is refused`, () => {
  const payloads = [received({ ...ids, message_id: undefined }), received({ ...ids, inbox_id: 5 }), {}];
  const messages = payloads.map((payload) => refused(JSON.stringify(payload), "invalid_event").replace("invalid event: ", ""));
  assert.equal(`${messages.join("\n")}\n`, refusals);
  assert.match(refused("{\n!", "invalid_json"), /line 2/);
});

function refused(payload, code) {
  try {
    parse(payload);
  } catch (error) {
    assert.ok(error instanceof WebhookError);
    assert.deepEqual([error.code, error.status], [code, 400]);
    return error.message;
  }
  assert.fail(`${payload} is not refused`);
}

test(`${PAGE}: what this version does not know`, () => {
  const event = { event_type: "message.received", message: { inbox_id: "i", thread_id: "t", message_id: "m", from_: "jane@example.com", mood: "good" }, priority: 1 };
  const { message, extra } = parse(JSON.stringify(event));
  assert.deepEqual([extra, message.extra, message.from, message.to], [{ priority: 1 }, { mood: "good" }, [{ email: "jane@example.com" }], []]);
  const newer = { event_type: "moon.landed", event_id: "evt_7", crew: 3 };
  assert.deepEqual(parse(JSON.stringify(newer)), { event_type: "unknown", wire_type: "moon.landed", event_id: "evt_7", payload: newer });
});

test(`${PAGE}: the members of the delivery`, () => {
  const declared = read("pkg-templates/index.d.ts");
  const members = (name) => {
    const [, body] = declared.match(new RegExp(`^export interface ${name}\\b.*?\\{\n(.*?)^\\}`, "ms"));
    return Array.from(body.matchAll(/^ {2}(\w+)\??:/gm), ([, member]) => member);
  };
  const section = read(PAGE).split("## The delivery")[1];
  const rows = Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);
  assert.deepEqual([...rows, "event"].sort(), [...members("Verification"), ...members("Delivery")].sort());
});

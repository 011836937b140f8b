// The code of the documentation that calls AgentMail's API, with the official SDK, against a stand-in for the service.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "agentmail-webhooks";
import { claims } from "./blocks.mjs";
import { written } from "./kit.mjs";

const claimed = claims(import.meta.url);
const file = (page, name) => written(`sdk/${name}`, claimed(`docs/${page}.md`, name));
const [create, text, enabled, second] = [["create", "create.mjs"], ["receive", "text.mjs"], ["watch", "enabled.mjs"], ["rotation", "second.mjs"]].map(([page, name]) => file(page, name));

const TIME = "2026-03-02T09:15:00.000Z";
const WEBHOOK = { webhook_id: "ep_1", url: "https://agent.example.com/webhooks", event_types: ["message.received"], inbox_ids: ["support@example.com"], secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", enabled: true, updated_at: TIME, created_at: TIME };
const MESSAGE = { inbox_id: "support@example.com", thread_id: "thread_1", message_id: "<1@example.com>", labels: [], timestamp: TIME, from: "Jane <jane@example.com>", to: [], size: 70_000, updated_at: TIME, created_at: TIME };

process.env.AGENTMAIL_API_KEY = "am_key";
process.env.AGENTMAIL_WEBHOOK_ID = "ep_1";

/** Answers requests to the API with these, in this order. Returns the requests and what is printed. */
function service(t, ...answers) {
  const requests = [];
  const printed = [];
  t.mock.method(console, "log", (line) => printed.push(line));
  t.mock.method(globalThis, "fetch", async (url, { method, body }) => {
    requests.push([method, String(url), ...(body ? [JSON.parse(body)] : [])]);
    return Response.json(answers.shift());
  });
  return { requests, printed };
}

const API = "https://api.agentmail.to/v0";

test("docs/create.md: create.mjs", async (t) => {
  const { requests, printed } = service(t, WEBHOOK);
  await import(create);
  const body = { url: WEBHOOK.url, event_types: ["message.received", "message.bounced", "message.complained"], inbox_ids: WEBHOOK.inbox_ids, client_id: "support" };
  assert.deepEqual(requests, [["POST", `${API}/webhooks`, body]]);
  assert.deepEqual(printed, [`webhook ep_1: AGENTMAIL_WEBHOOK_SECRET=${WEBHOOK.secret}`]);
});

test("docs/rotation.md: second.mjs creates the same webhook again", async (t) => {
  const { requests } = service(t, { ...WEBHOOK, client_id: "support" }, { ...WEBHOOK, webhook_id: "ep_2" });
  await import(second);
  const { url, event_types, inbox_ids } = WEBHOOK;
  assert.deepEqual(requests, [["GET", `${API}/webhooks/ep_1`], ["POST", `${API}/webhooks`, { url, event_types, inbox_ids }]]);
});

test("docs/watch.md: enabled.mjs", async (t) => {
  service(t, WEBHOOK, { ...WEBHOOK, enabled: false });
  await import(enabled);
  await assert.rejects(import(`${enabled}?again`), /is disabled/);
});

test("docs/receive.md: text.mjs fetches a body that was left out, and no other", async (t) => {
  const { requests } = service(t, { ...MESSAGE, text: "long", extracted_text: "new" }, { ...MESSAGE, preview: "the beginning" });
  const { textOf } = await import(text);
  const event = (members, message) => parse(JSON.stringify({ event_type: "message.received", ...members, message: { ...MESSAGE, ...message } }));
  assert.equal(await textOf(event({ body_included: false })), "new");
  assert.deepEqual(requests, [["GET", `${API}/inboxes/support%40example.com/messages/%3C1%40example.com%3E`]]);
  assert.equal(await textOf(event()), "the beginning");
  assert.equal(await textOf(event({}, { extracted_text: "a", text: "b", preview: "c" })), "a");
  assert.equal(await textOf(event({}, { text: "b", preview: "c" })), "b");
  assert.equal(await textOf(event({}, { html: "<p>d</p>", preview: "d" })), "d");
  assert.equal(await textOf(event({ body_included: true })), "");
  assert.equal(requests.length, 2);
});

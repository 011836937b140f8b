// The testing kit, typed to the last argument. Compiled, never run.

import { Webhook, type WebhookEvent } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { EVENT_TYPES, fakeClock, sample, signTestDelivery, signTestRequest } from "agentmail-webhooks/testing";
import type { Dialect, EventType, FakeClock, Overrides, Payload, SignOptions, TestDelivery } from "agentmail-webhooks/testing";

// A sample is the payload of its event.
const received: Payload<"message.received"> = sample("message.received");
const subject: string | null | undefined = received.message?.subject;
const scheduled: string | null | undefined = sample("calendar.event.starting").scheduled_at;
const agent: string | null | undefined = sample("mail.received").agent_id;
const name: "message.bounced" = sample("message.bounced").event_type;
const newer: unknown = sample("unknown").snooze;

// Overrides are those of its event, in any depth and in any dialect.
sample("message.received", { event_id: undefined, message: { subject: "Hello", text: null, labels: ["a"] } });
sample("message.received", { message: { from: "Jane <jane@example.com>", to: ["a@b.example"], cc: [{ email: "a@b.example" }] } });
sample("message.received", { message: { attachments: [{ filename: "a.pdf", size: 1 }], headers: { "X-A": "1" }, agent_armor: { verdict: "clear" } } });
sample("message.bounced", { bounce: { recipients: [{ address: "a@b.example" }] } });
sample("calendar.event.created", { calendar_event: { metadata: { any: [1] }, recurrence: { rdates: ["a", { start: "b" }] }, attendees: [{ email: "a@b.example" }] } });
sample("mail.received", { sender: "jane@example.com", rate_limited: true });
sample("unknown", { event_type: "message.snoozed", anything: 1 });
sample("message.received", { message: { subject: "Hello", ...{ sentiment: "good" } } });
sample("message.received", undefined, { dialect: "002" });

// Narrowing the type of an event narrows its payload.
export function narrowed(type: "message.sent" | "message.bounced"): unknown {
  const payload = sample(type);
  return payload.event_type === "message.sent" ? payload.send?.recipients : payload.bounce?.sub_type;
}
const empty: Payload<"message.opened"> = { event_type: "message.opened" };

// @ts-expect-error there is no such event
sample("message.recieved");
// @ts-expect-error a misspelled member
sample("message.received", { message: { subjet: "Hello" } });
// @ts-expect-error a misspelled member of the event
sample("message.received", { mesage: { subject: "Hello" } });
// @ts-expect-error a misspelled member of an element of a list
sample("message.received", { message: { attachments: [{ filname: "a.pdf" }] } });
// @ts-expect-error a misspelled member, four objects deep
sample("calendar.event.created", { calendar_event: { recurrence: { rdates: [{ strat: "b" }] } } });
// @ts-expect-error the name of another event
sample("message.sent", { event_type: "message.received" });
// @ts-expect-error no address
sample("message.received", { message: { from: 1 } });
// @ts-expect-error of another event: this one is not about a message
void sample("message.sent").message;
// @ts-expect-error it may have been left out
void sample("message.received").message.subject;
// @ts-expect-error of another type
sample("message.received", { message: { subject: 1 } });
// @ts-expect-error of another event
sample("message.sent", { message: {} });
// @ts-expect-error derived, and not in a payload
sample("message.received", { message: { body_omitted: true } });
// @ts-expect-error no such dialect
sample("message.received", {}, { dialect: "003" });

const clock: FakeClock = fakeClock(1);
new Webhook("whsec_", { now: clock.now });
clock.set(2);
clock.advance(3);
// @ts-expect-error not a Date
clock.set(new Date());

const options: SignOptions = { scheme: "body", id: "msg_1", timestamp: 1 };
const request: Request = signTestRequest(received, "whsec_", { ...options, url: "http://localhost/" });
const delivery: TestDelivery = signTestDelivery(received, { secret: "s", scheme: "timestamped" });
const text: string = signTestDelivery("{}", "whsec_").body;
const bytes: Uint8Array = signTestDelivery(new Uint8Array(), "whsec_").body;
void fetch("http://localhost/", delivery);
const event: WebhookEvent = new Webhook("whsec_").receive(delivery.body, delivery.headers).event;

const buffer: ArrayBuffer = signTestDelivery(new ArrayBuffer(1), "whsec_").body;
void new Request("http://localhost/", delivery);
webhookHandler({ secret: "whsec_", now: clock.now, store: memoryStore({ now: clock.now }) });

// @ts-expect-error no event, no text, no bytes
signTestRequest(1, "whsec_");
// @ts-expect-error one secret signs
signTestRequest(received, ["whsec_"]);
// @ts-expect-error in unix seconds
signTestRequest(received, "whsec_", { timestamp: new Date() });
// @ts-expect-error the secret is left out
signTestRequest(received);
// @ts-expect-error no such option
signTestDelivery(received, "whsec_", { url: "http://localhost/" });
// @ts-expect-error no such scheme
signTestDelivery(received, "whsec_", { scheme: "none" });

export function all(dialect: Dialect): void {
  for (const type of EVENT_TYPES) sample(type, {}, { dialect });
  const one: EventType = "unknown";
  const changes: Overrides<"message.opened"> = { open: { timestamp: "now" } };
  void [one, changes];
}
// @ts-expect-error it cannot be changed
EVENT_TYPES.push("unknown");

export { agent, buffer, bytes, empty, event, name, newer, request, scheduled, subject, text };

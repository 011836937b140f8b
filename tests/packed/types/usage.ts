// Code as users write it, compiled as an ES module and as CommonJS, under each way to resolve packages.
// It needs no library but ES2022.

import { Webhook, WebhookError, init, parse, verify } from "agentmail-webhooks";
import { explain, type Explanation, type ExplanationCheck } from "agentmail-webhooks/explain";
import type {
  Address,
  AgentArmor,
  Attachment,
  Attendee,
  BouncedRecipient,
  CalendarEventPrevious,
  Delivery,
  ErrorCode,
  HeadersLike,
  JsonValue,
  Message,
  MessageReceivedEvent,
  Payload,
  Scheme,
  Secret,
  Send,
  Thread,
  UnknownEvent,
  Verification,
  WebhookEvent,
  WebhookOptions,
} from "agentmail-webhooks";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<T extends true>(): T;
declare const payload: Payload;
declare const headers: HeadersLike;
declare const text: string;

// Construction.
const options: WebhookOptions = { scheme: "body", toleranceSeconds: 60, now: () => 0 };
const frozen: readonly Secret[] = [text, { secret: text, scheme: "timestamped" }];
const webhook = new Webhook(text);
new Webhook([text, { secret: text }], {});
new Webhook(frozen, options);
new Webhook(["a", "b"] as const);
new Webhook(Object.freeze([text]));
// @ts-expect-error a secret is needed
new Webhook();
// @ts-expect-error an environment variable may be unset
new Webhook(undefined as string | undefined);
// @ts-expect-error schemes are three
new Webhook({ secret: text, scheme: "svix" });
// @ts-expect-error not a number
new Webhook(text, { toleranceSeconds: "300" });
// @ts-expect-error no such option
new Webhook(text, { tolerance: 300 });
// @ts-expect-error a clock in seconds, not a Date
new Webhook(text, { now: () => new Date() });
// @ts-expect-error only the library makes these
new WebhookError("message");

// Payloads.
webhook.verify(new Uint8Array(), headers);
webhook.verify(new ArrayBuffer(1), headers);
webhook.verify("", headers);
// @ts-expect-error a parsed object
webhook.verify({ event_type: "message.received" }, headers);
// @ts-expect-error a promise
webhook.verify(Promise.resolve(""), headers);
// @ts-expect-error null
webhook.receive(null, headers);
// @ts-expect-error undefined
parse(undefined);
// @ts-expect-error both are needed
webhook.receive(payload);

// Headers.
declare const dictionary: { [name: string]: string | string[] | undefined };
webhook.verify(payload, {});
webhook.verify(payload, { "svix-id": "a", "svix-timestamp": undefined, "svix-signature": ["b"] });
webhook.verify(payload, dictionary);
webhook.verify(payload, { "svix-id": ["a"] as readonly string[] });
webhook.verify(payload, new Map<string, string>());
webhook.verify(payload, [["svix-id", "a"]]);
webhook.verify(payload, Object.entries({ "svix-id": "a" }));
webhook.verify(payload, [["svix-id", "a"]] as const);
webhook.verify(payload, webhook.sign(payload));
webhook.verify(payload, (function* (): Generator<[string, string]> {})());
// @ts-expect-error numbers are no header values
webhook.verify(payload, { "svix-timestamp": 5 });
// @ts-expect-error missing
webhook.verify(payload, undefined);
// @ts-expect-error null
webhook.verify(payload, null);

// Answers.
const verification = verify(payload, headers, frozen, options);
holds<Equal<typeof verification, Verification>>();
holds<Equal<Verification["id"], string | undefined>>();
holds<Equal<Verification["timestamp"], number | undefined>>();
holds<Equal<Verification["secretIndex"], number>>();
holds<Equal<Verification["scheme"], Scheme>>();
holds<Equal<Scheme, "standard" | "timestamped" | "body">>();
const delivery = webhook.receive(payload, headers);
holds<Equal<typeof delivery, Delivery>>();
holds<Equal<Delivery["idempotencyKey"], string>>();
holds<Equal<ReturnType<typeof parse>, WebhookEvent>>();
holds<Equal<ReturnType<typeof init>, Promise<void>>>();
const signed: Record<string, string> = webhook.sign(payload, { id: "msg_1", timestamp: 5 });
const asVerification: Verification = delivery;
// @ts-expect-error synchronous: there is nothing to wait for
webhook.verify(payload, headers).then;
// @ts-expect-error a verification has no event
verification.event;

// Events narrow.
function subject(event: WebhookEvent): string | undefined {
  switch (event.event_type) {
    case "message.received":
    case "message.received.spam":
    case "message.received.blocked":
    case "message.received.unauthenticated":
      holds<Equal<typeof event.message, Message>>();
      holds<Equal<typeof event.thread, Thread | undefined>>();
      holds<Equal<Message["from"], Address[]>>();
      holds<Equal<Message["attachments"], Attachment[]>>();
      holds<Equal<Message["text"], string | undefined>>();
      holds<Equal<Message["body_omitted"], boolean>>();
      holds<Equal<Address["name"], string | undefined>>();
      return event.message.subject;
    case "message.sent":
      // @ts-expect-error that is another event
      event.message;
      return event.send.recipients[0]?.email;
    case "mail.received":
      return event.sender?.email ?? event.agent_id;
    case "unknown":
      holds<Equal<typeof event, UnknownEvent>>();
      holds<Equal<typeof event.payload, { [name: string]: JsonValue }>>();
      return event.wire_type;
    default:
      // Later versions know more events.
      return undefined;
  }
}

// @ts-expect-error no such event
if (delivery.event.event_type === "message.recieved") subject(delivery.event);

// Members that a newer sender adds can be read, and have no known type.
declare const received: MessageReceivedEvent;
holds<Equal<typeof received.extra, { [name: string]: JsonValue } | undefined>>();
holds<Equal<typeof received.message.extra, { [name: string]: JsonValue } | undefined>>();
const added = received.extra?.["added"];
// @ts-expect-error any JSON
const addedText: string = added;
// @ts-expect-error extra may be absent
received.extra["added"];

// A switch over every event is checked to be whole: a new type fails here until it has its case.
function about(event: WebhookEvent): string | undefined {
  switch (event.event_type) {
    case "message.received":
    case "message.received.spam":
    case "message.received.blocked":
    case "message.received.unauthenticated":
      return event.message.thread_id;
    case "message.sent":
      return event.send.thread_id;
    case "message.delivered":
      holds<Equal<typeof event.delivery, Send>>();
      return event.delivery.thread_id;
    case "message.bounced":
      holds<Equal<typeof event.bounce.type, string | undefined>>();
      holds<Equal<typeof event.bounce.recipients, BouncedRecipient[]>>();
      return event.bounce.recipients[0]?.address;
    case "message.complained":
      holds<Equal<typeof event.complaint.recipients, Address[]>>();
      return event.complaint.thread_id;
    case "message.rejected":
      return event.reject.reason;
    case "message.opened":
      return event.open.timestamp;
    case "message.security.completed":
    case "message.security.review":
      holds<Equal<typeof event.message.agent_armor, AgentArmor | undefined>>();
      return event.message.agent_armor?.verdict;
    case "message.security.override":
      return event.message.manual_override?.actor?.api_key_id;
    case "domain.verified":
      holds<Equal<(typeof event.domain.records)[number]["priority"], number | undefined>>();
      return event.domain.status;
    case "calendar.event.created":
    case "calendar.event.deleted":
    case "calendar.event.responded":
      holds<Equal<typeof event.calendar_event.metadata, JsonValue | undefined>>();
      holds<Equal<typeof event.calendar_event.attendees, Attendee[]>>();
      return event.calendar_event.title;
    case "calendar.event.updated": {
      // In `previous`, a list that did not change is absent.
      holds<Equal<CalendarEventPrevious["attendees"], Attendee[] | undefined>>();
      const date = event.previous?.recurrence?.rdates[0];
      return typeof date === "object" ? date.duration : date;
    }
    case "calendar.event.starting":
    case "calendar.event.ending":
      return event.scheduled_at;
    case "mail.received":
      return event.s3_key;
    case "unknown":
      return event.wire_type;
    default: {
      const none: never = event;
      return none;
    }
  }
}

// A switch that forgets an event does not compile.
function incomplete(event: Exclude<WebhookEvent, { event_type: `calendar.${string}` | `message.${string}` }>): void {
  switch (event.event_type) {
    case "mail.received":
    case "unknown":
      return;
    default: {
      // @ts-expect-error domain.verified is left
      const left: never = event;
      return left;
    }
  }
}

// Explanations.
const explanation = explain(payload, headers, frozen, options);
holds<Equal<typeof explanation, Explanation>>();
const failed: string[] = explanation.checks.filter((check) => check.verdict === "fail").map((check) => check.advice);
const check: ExplanationCheck | undefined = explanation.checks[0];
// @ts-expect-error no such check
if (check?.check === "signatures") failed.pop();

// A switch over every code is checked to be whole too.
function told(error: unknown): string {
  if (!(error instanceof WebhookError)) throw error;
  const { name, message, hint, status }: { name: "WebhookError"; message: string; hint: string; status: number } = error;
  switch (error.code) {
    case "missing_header":
    case "invalid_header":
    case "conflicting_headers":
    case "unsigned_delivery":
    case "wrong_scheme":
    case "timestamp_too_old":
    case "timestamp_too_new":
    case "signature_mismatch":
    case "invalid_json":
    case "invalid_event":
    case "payload_too_large":
    case "payload_not_raw":
    case "invalid_secret":
    case "invalid_option":
      return `${name} ${status} ${message} ${hint}`;
    // @ts-expect-error no such code
    case "signature_missmatch":
      return "";
    default: {
      const none: never = error.code;
      return none;
    }
  }
}
// @ts-expect-error what went wrong does not change
(WebhookError.prototype as WebhookError).code = "missing_header";
const codes: Record<ErrorCode, true | undefined> = {} as Record<ErrorCode, true>;

export { about, addedText, asVerification, codes, failed, incomplete, signed, subject, told };

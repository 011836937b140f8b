import type { Address, Scheme, Secret, WebhookEvent } from "agentmail-webhooks";

/** The name of an event; `unknown` stands for one that is newer than this version. */
export type EventType = WebhookEvent["event_type"];

/** Every {@link EventType}: one test for each of them. */
export const EVENT_TYPES: readonly EventType[];

/**
 * How the documents of AgentMail write a mail. Senders and receivers are `"Jane <jane@example.com>"` in `004` (as
 * unless set), objects in `000` and `001`, bare addresses and `from_` in `002`. What a dialect writes like the others
 * is the same in it.
 */
export type Dialect = "000" | "001" | "002" | "004";

/** An event as it is on the wire, before it is parsed. */
export type Payload<Type extends EventType> = Type extends "mail.received"
  ? { type: string } & Members<Type>
  : Type extends "unknown"
    ? { type?: string; event_type: string; event_id?: string; [name: string]: unknown }
    : { type?: string; event_type: Type } & Members<Type>;

/** What to change in a sample. Objects are merged; everything else, lists too, takes the place of what was there. */
export type Overrides<Type extends EventType> = Partially<Payload<Type>>;

/**
 * A payload with every field that AgentMail documents, with your changes. To be signed, then sent.
 *
 * Each call gives a new object. `undefined` leaves a member out; a member that no version knows is given in a spread:
 * `{ message: { ...{ sentiment: "good" } } }`.
 *
 * @throws {TypeError} if there is no such event or dialect
 *
 * @example
 * const event = sample("message.received", { message: { subject: "Where is my order?" } });
 */
export function sample<Type extends EventType>(
  eventType: Type,
  overrides?: Overrides<Type>,
  options?: { dialect?: Dialect | undefined },
): Payload<Type>;

export interface SignOptions {
  /** The scheme, if the secret names none. `standard` unless set. */
  scheme?: Scheme;
  /** The sender's identifier of the delivery: the same for a retry. Random unless set. */
  id?: string;
  /** When it is signed, in unix seconds. Now unless set. */
  timestamp?: number;
}

/** A signed delivery: what `fetch` and `new Request` take as their second argument. */
export interface TestDelivery {
  method: "POST";
  /** With `content-type`. */
  headers: Record<string, string>;
  /** The raw body: the bytes that were signed. */
  body: string;
}

/**
 * A signed delivery as a `Request`: for handlers that take one, and for `fetch(request)` to a server.
 *
 * @param event A payload, such as a {@link sample}: written as JSON. A string or bytes are the raw body.
 * @param secret What the endpoint is configured with; with another one, the delivery is a forgery.
 * @param options.url Where to. `http://localhost/webhooks` unless set.
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * const response = await handler(signTestRequest(sample("message.received"), SECRET));
 */
export function signTestRequest(event: object | string, secret: Secret, options?: SignOptions & { url?: string }): Request;

/**
 * A signed delivery as headers and body: for `app.inject()` of Fastify, for supertest, for
 * `webhook.receive(body, headers)`.
 *
 * @param event A payload, such as a {@link sample}: written as JSON. A string or bytes are the raw body.
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 */
export function signTestDelivery<Event extends object | string>(
  event: Event,
  secret: Secret,
  options?: SignOptions,
): Event extends Uint8Array | ArrayBuffer ? Omit<TestDelivery, "body"> & { body: Event } : TestDelivery;

/** A clock that moves when it is told to. All times are in unix seconds. */
export interface FakeClock {
  /** The option `now` of `new Webhook`, of the adapters and of `memoryStore`. */
  now: () => number;
  /** Moves it to a time. */
  set: (unixSeconds: number) => void;
  /** Moves it forward; back, if negative. */
  advance: (seconds: number) => void;
}

/**
 * @param start Now, in whole seconds, unless set.
 *
 * @example
 * const clock = fakeClock();
 * const webhook = new Webhook(SECRET, { now: clock.now });
 * const { headers, body } = signTestDelivery(sample("message.received"), SECRET, { timestamp: clock.now() });
 * clock.advance(301);
 * webhook.receive(body, headers); // throws: timestamp_too_old
 */
export function fakeClock(start?: number): FakeClock;

/** The members of a canonical event, as they are on the wire. */
type Members<Type extends EventType> = OnWire<Omit<Extract<WebhookEvent, { event_type: Type }>, "event_type" | "extra">>;

/** Addresses are written in several ways; what is derived from the payload is not in it. */
type OnWire<Value> = Value extends Address[]
  ? string | Address | (string | Address)[]
  : Value extends Address
    ? string | Address
    : Value extends (infer Element)[]
      ? OnWire<Element>[]
      : Value extends object
        ? { [Name in keyof Value as Name extends "extra" | "body_omitted" ? never : Name]?: OnWire<Value[Name]> | null }
        : Value;

type Partially<Value> = Value extends unknown[]
  ? Value
  : Value extends object
    ? { [Name in keyof Value]?: Partially<Value[Name]> | undefined }
    : Value;

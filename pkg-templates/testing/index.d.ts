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
  ? {
      /** What this product writes in place of `event_type`. */
      type: string;
    } & Members<Type>
  : Type extends "unknown"
    ? {
        /** `event`, in most. */
        type?: string;
        /** The name of the event on the wire. */
        event_type: string;
        /** Identifies the event. */
        event_id?: string;
        [name: string]: unknown;
      }
    : {
        /** `event`, in most. */
        type?: string;
        /** The name of the event. */
        event_type: Type;
      } & Members<Type>;

/** What to change in a sample. Objects are merged; everything else, lists too, takes the place of what was there. */
export type Overrides<Type extends EventType> = Partially<Payload<Type>>;

/**
 * A payload with every field that AgentMail documents, with your changes. To be signed, then sent.
 *
 * Each call gives a new object. `undefined` leaves a member out; a member that no version knows is given in a spread beside
 * others: `{ message: { subject: "Hello", ...{ sentiment: "good" } } }`.
 *
 * @param eventType Which event: {@link EVENT_TYPES} has all.
 * @param overrides What to change in it.
 * @throws {TypeError} if there is no such event or dialect
 *
 * @example
 * ```ts
 * import { sample } from "agentmail-webhooks/testing";
 *
 * const event = sample("message.received", { message: { subject: "Where is my order?" } });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/testing.md | Testing}
 */
export function sample<Type extends EventType>(
  eventType: Type,
  overrides?: Overrides<Given<Type>>,
  options?: {
    /** In which way it is written. `004` unless set. */
    dialect?: Dialect | undefined;
  },
): Payload<Type>;

/** How a delivery is signed. */
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
  /** Webhooks are posted. */
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
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/fetch";
 * import { sample, signTestRequest } from "agentmail-webhooks/testing";
 *
 * const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
 * const handler = webhookHandler({ secret, on: { any: (event) => console.log(event.event_type) } });
 * const response = await handler(signTestRequest(sample("message.received"), secret));
 * console.log(response.status); // 200
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/testing.md | Testing}
 */
export function signTestRequest(
  event: object | string,
  secret: Secret,
  options?: SignOptions & {
    /** Where to. `http://localhost/webhooks` unless set. */
    url?: string;
  },
): Request;

/**
 * A signed delivery as headers and body: for `app.inject()` of Fastify, for supertest, for
 * `webhook.receive(body, headers)`.
 *
 * @param event A payload, such as a {@link sample}: written as JSON. A string or bytes are the raw body.
 * @param secret What the endpoint is configured with; with another one, the delivery is a forgery.
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * ```ts
 * import { Webhook } from "agentmail-webhooks";
 * import { sample, signTestDelivery } from "agentmail-webhooks/testing";
 *
 * const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
 * const { headers, body } = signTestDelivery(sample("message.bounced"), secret);
 * console.log(new Webhook(secret).receive(body, headers).event.event_type); // message.bounced
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/testing.md | Testing}
 */
export function signTestDelivery<Event extends object | string>(
  event: Event,
  secret: Secret,
  options?: SignOptions,
): Event extends Uint8Array | ArrayBuffer
  ? Omit<TestDelivery, "body"> & {
      /** The raw body: the bytes that were signed. */
      body: Event;
    }
  : TestDelivery;

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
 * A clock that stands still until it is told to move.
 * @param start In unix seconds. Now, in whole seconds, unless set.
 *
 * @example
 * ```ts
 * import { Webhook } from "agentmail-webhooks";
 * import { fakeClock, sample, signTestDelivery } from "agentmail-webhooks/testing";
 *
 * const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
 * const clock = fakeClock();
 * const webhook = new Webhook(secret, { now: clock.now });
 * const { headers, body } = signTestDelivery(sample("message.received"), secret, { timestamp: clock.now() });
 * clock.advance(301);
 * webhook.receive(body, headers); // throws: timestamp_too_old
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/testing.md | Testing}
 */
export function fakeClock(start?: number): FakeClock;

/** A type that follows from another argument: overrides with the name of another event are a mistake, not a wider type. */
type Given<Type extends EventType> = [Type][Type extends unknown ? 0 : never];

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

// What has no `export` stays inside.
export {};

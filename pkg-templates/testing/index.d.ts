import type { Address, Scheme, Secret, WebhookEvent } from "agentmail-webhooks";

/** The name of an event; `unknown` for an event that is newer than this version. */
export type EventType = WebhookEvent["event_type"];

/** Every {@link EventType}, for example to test each of them. */
export const EVENT_TYPES: readonly EventType[];

/**
 * The form of a mail in one of AgentMail's documents. Addresses are `"Jane <jane@example.com>"` in `004`, the default,
 * objects in `000` and `001`, bare addresses and `from_` in `002`. Everything else is the same.
 */
export type Dialect = "000" | "001" | "002" | "004";

/** An event as it is on the wire, before it is parsed. */
export type Payload<Type extends EventType> = Type extends "mail.received"
  ? {
      /** The name of the event. This product has no `event_type`. */
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

/** Changes to a sample. Objects are merged; all other values, including lists, replace the previous ones. */
export type Overrides<Type extends EventType> = Partially<Payload<Type>>;

/**
 * Returns a payload with every field that AgentMail documents, with your changes, to sign and send.
 *
 * Each call returns a new object. `undefined` removes a member. To add an unknown member, use a spread:
 * `{ message: { subject: "Hello", ...{ sentiment: "good" } } }`.
 *
 * @param eventType The event: {@link EVENT_TYPES} has all names.
 * @param overrides The changes.
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
    /** The form of the mail. The default is `004`. */
    dialect?: Dialect | undefined;
  },
): Payload<Type>;

/** The options of a signature. */
export interface SignOptions {
  /** The scheme, if the secret has none. The default is `standard`. */
  scheme?: Scheme;
  /** The sender's identifier of the delivery, the same for a retry. The default is random. */
  id?: string;
  /** The time of the signature, in unix seconds. The default is now. */
  timestamp?: number;
}

/** A signed delivery, for the second argument of `fetch` and `new Request`. */
export interface TestDelivery {
  /** The method. */
  method: "POST";
  /** The headers, including `content-type`. */
  headers: Record<string, string>;
  /** The raw body: the bytes that were signed. */
  body: string;
}

/**
 * Signs a delivery and returns it as a `Request`, for handlers that take one, and for `fetch(request)` to a server.
 *
 * @param event A payload, such as a {@link sample}, which is encoded as JSON, or the raw body as a string or bytes.
 * @param secret The secret of the endpoint, or another one for a forgery.
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
    /** The URL of the request. The default is `http://localhost/webhooks`. */
    url?: string;
  },
): Request;

/**
 * Signs a delivery and returns its headers and body, for `app.inject()` of Fastify, supertest, or
 * `webhook.receive(body, headers)`.
 *
 * @param event A payload, such as a {@link sample}, which is encoded as JSON, or the raw body as a string or bytes.
 * @param secret The secret of the endpoint, or another one for a forgery.
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

/** A clock that only moves when it is set or advanced. All times are in unix seconds. */
export interface FakeClock {
  /** The option `now` of `new Webhook`, of the adapters and of `memoryStore`. */
  now: () => number;
  /** Sets the time. */
  set: (unixSeconds: number) => void;
  /** Moves the clock forward, or back if negative. */
  advance: (seconds: number) => void;
}

/**
 * Creates a clock that only moves when it is set or advanced.
 * @param start The time, in unix seconds. The default is now, in whole seconds.
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

/** Prevents inference, so that overrides with the name of another event are an error instead of a wider type. */
type Given<Type extends EventType> = [Type][Type extends unknown ? 0 : never];

/** The members of a canonical event on the wire. */
type Members<Type extends EventType> = OnWire<Omit<Extract<WebhookEvent, { event_type: Type }>, "event_type" | "extra">>;

/** The forms of values on the wire: addresses in several forms, without computed members. */
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

// Types without `export` are internal.
export {};

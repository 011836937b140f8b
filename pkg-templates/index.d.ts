/**
 * The raw body of a request, exactly as it came: bytes, or their text in UTF-8. A `Buffer` is a `Uint8Array`.
 *
 * A body that was parsed and written again (`JSON.stringify(request.body)`) has other bytes, and does not verify.
 */
export type Payload = string | Uint8Array | ArrayBuffer;

/**
 * The headers of a request: a `Headers` object, a record such as Node's `req.headers`, a `Map`, or
 * pairs. Names may be in any case.
 */
export type HeadersLike =
  | {
      /** Calls a function with each header: its value, then its name. */
      forEach(callback: (value: string, name: string) => void): void;
      /** The value of a header; `null` if there is none. */
      get(name: string): string | null;
    }
  | Record<string, string | readonly string[] | undefined>
  | Iterable<readonly [string, string]>;

/**
 * A signing scheme: which headers carry the signature, what it covers and how it is encoded.
 *
 * - `standard`: `svix-id`, `svix-timestamp` and `svix-signature` (or `webhook-*`) over
 *   `{id}.{timestamp}.{payload}`;
 * - `timestamped`: `X-AgentMail-Timestamp` and `X-AgentMail-Signature: v1=<hex>` over
 *   `{timestamp}.{payload}`;
 * - `body`: `X-AgentMail-Signature: sha256=<hex>` over the payload alone. It carries no time, so
 *   verification cannot protect it from replay: remember the idempotency keys that you have handled.
 */
export type Scheme = "standard" | "timestamped" | "body";

/**
 * A secret, with the scheme under which it is valid, `standard` unless said otherwise.
 *
 * Give two schemes two secrets: one secret for `timestamped` and `body` lets a captured `timestamped` delivery
 * pass `verify` as a `body` delivery, whose payload is then `{timestamp}.{payload}`.
 */
export type Secret =
  | string
  | {
      /** The secret, as AgentMail shows it: `whsec_` and base64 in scheme `standard`, any text in the others. */
      secret: string;
      /** The scheme under which it is valid. `standard` unless set, here or in the options. */
      scheme?: Scheme;
    };

/** What a {@link Webhook} can be told beside its secrets. */
export interface WebhookOptions {
  /** The scheme of secrets that name none. `standard` unless set. */
  scheme?: Scheme;
  /** How far a timestamp may be from now, in both directions, bounds included, in seconds. 300 unless set. */
  toleranceSeconds?: number;
  /** The clock, in unix seconds. The system's unless set. */
  now?: () => number;
}

/**
 * The receiving end of a webhook: its secrets, each with its scheme, and its replay window. Build
 * it once, when the server starts.
 *
 * The adapters (`agentmail-webhooks/express` and others) read the raw body and answer too.
 *
 * @example
 * ```ts
 * import { Webhook, WebhookError } from "agentmail-webhooks";
 *
 * const webhook = new Webhook(process.env.AGENTMAIL_WEBHOOK_SECRET!);
 *
 * export async function POST(request: Request): Promise<Response> {
 *   try {
 *     const { event } = webhook.receive(await request.arrayBuffer(), request.headers);
 *     if (event.event_type === "message.received") console.log({ subject: event.message.subject });
 *     return new Response();
 *   } catch (error) {
 *     if (!(error instanceof WebhookError)) throw error;
 *     return new Response(null, { status: error.status });
 *   }
 * }
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/README.md | README}
 */
export class Webhook {
  /**
   * Checks the secrets and the options, before any delivery comes.
   * @param secrets One secret, or several during a rotation; 16 at most.
   * @param options The scheme, the tolerance and the clock.
   * @throws {WebhookError} `invalid_secret`, `invalid_option`
   */
  constructor(secrets: Secret | readonly Secret[], options?: WebhookOptions);

  /**
   * Proves that a delivery is genuine and fresh, without parsing it.
   * @param payload The raw body.
   * @param headers All headers of the request.
   * @throws {WebhookError} `missing_header`, `invalid_header`, `conflicting_headers`, `unsigned_delivery`, `wrong_scheme`,
   * `timestamp_too_old`, `timestamp_too_new`, `signature_mismatch`, `payload_too_large`, `payload_not_raw`
   */
  verify(payload: Payload, headers: HeadersLike): Verification;

  /**
   * Verifies a delivery, then parses it. Nothing is parsed before a signature holds.
   * @param payload The raw body.
   * @param headers All headers of the request.
   * @throws {WebhookError} as {@link Webhook.verify}; then `invalid_json`, `invalid_event`
   *
   * @example
   * ```ts
   * import { Webhook } from "agentmail-webhooks";
   *
   * declare const request: { rawBody: Uint8Array; headers: Record<string, string> };
   * const webhook = new Webhook(process.env.AGENTMAIL_WEBHOOK_SECRET!);
   * const { event, idempotencyKey } = webhook.receive(request.rawBody, request.headers);
   * console.log(event.event_type, idempotencyKey);
   * ```
   */
  receive(payload: Payload, headers: HeadersLike): Delivery;

  /**
   * The headers of a delivery, signed with the first secret: for senders and tests.
   * @param payload The raw body, as it will be sent.
   * @returns The headers of the scheme, by their names in lower case.
   * @throws {WebhookError} `invalid_option` if no delivery could verify with these, `payload_not_raw`
   *
   * @example
   * ```ts
   * import { Webhook } from "agentmail-webhooks";
   *
   * const webhook = new Webhook(process.env.AGENTMAIL_WEBHOOK_SECRET!);
   * const body = JSON.stringify({ event_type: "message.received", message: { inbox_id: "i", thread_id: "t", message_id: "m" } });
   * await fetch("http://localhost:3000/webhooks", { method: "POST", headers: webhook.sign(body), body });
   * ```
   */
  sign(
    payload: Payload,
    options?: {
      /** The sender's identifier of the delivery: the same for a retry. Random unless set. */
      id?: string;
      /** When it is signed, in unix seconds. Now unless set. */
      timestamp?: number;
    },
  ): Record<string, string>;
}

/**
 * As `new Webhook(secrets, options).verify(payload, headers)`. Where deliveries are many, build a
 * {@link Webhook} once.
 * @param payload The raw body.
 * @param headers All headers of the request.
 * @param secrets One secret, or several during a rotation; 16 at most.
 * @throws {WebhookError} `invalid_secret`, `invalid_option`, and as {@link Webhook.verify}
 *
 * @example
 * ```ts
 * import { verify } from "agentmail-webhooks";
 *
 * export async function isGenuine(request: Request): Promise<boolean> {
 *   try {
 *     verify(await request.arrayBuffer(), request.headers, process.env.AGENTMAIL_WEBHOOK_SECRET!);
 *     return true;
 *   } catch {
 *     return false;
 *   }
 * }
 * ```
 */
export function verify(
  payload: Payload,
  headers: HeadersLike,
  secrets: Secret | readonly Secret[],
  options?: WebhookOptions,
): Verification;

/**
 * **No authentication.** Parses a payload into a typed event: whoever can reach your endpoint can
 * send any payload. Use `Webhook.receive`, unless the payload was verified before, and is read again
 * from a queue or a log.
 * @param payload The raw body.
 * @throws {WebhookError} `invalid_json`, `invalid_event`, `payload_too_large`, `payload_not_raw`
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { parse } from "agentmail-webhooks";
 *
 * const event = parse(readFileSync("verified-before.json"));
 * switch (event.event_type) {
 *   case "message.received":
 *     console.log({ from: event.message.from[0]?.email, subject: event.message.subject });
 *     break;
 *   case "unknown":
 *     console.log("newer than this version:", event.wire_type);
 * }
 * ```
 */
export function parse(payload: Payload): WebhookEvent;

/**
 * Loads the module in a browser, once, before anything else. Does nothing elsewhere, and nothing in
 * `agentmail-webhooks/inline`, which has the module inside.
 *
 * @param source The `.wasm` file, if it is not beside the script: a URL, a `Response`, its bytes or a
 * `WebAssembly.Module`. Whatever keeps it from being loaded rejects the promise, and it can be tried again.
 *
 * @example
 * ```ts
 * import { Webhook, init } from "agentmail-webhooks";
 *
 * await init();
 * const webhook = new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
 * ```
 */
export function init(source?: string | object): Promise<void>;

/** A genuine delivery. */
export interface Verification {
  /** The scheme under which it was signed. */
  scheme: Scheme;
  /** The sender's identifier of the delivery, the same on retries. Scheme `standard` only. */
  id?: string;
  /** When this attempt was signed, in unix seconds. Absent in scheme `body`. */
  timestamp?: number;
  /**
   * Which secret matched, counted from 0 in the order of configuration: log it and know when the
   * old one is no longer used.
   */
  secretIndex: number;
}

/** A genuine delivery and its event. */
export interface Delivery extends Verification {
  /** What happened. */
  event: WebhookEvent;
  /**
   * Equal for all deliveries of the same event, also those of a second webhook: remember those that you have handled. It
   * is the `event_id`, else the `id`, else `agent_id/message_id` of `mail.received`, else the SHA-256 of the payload in
   * hex.
   */
  idempotencyKey: string;
  /**
   * What in the payload did not fit, a line for each: `path: expected …, found …`. Those values are in `extra`. Empty as
   * a rule; never holds a value of the payload.
   */
  warnings: string[];
}

/**
 * The options of the adapters: `agentmail-webhooks/fetch`, `/express`, `/fastify`, `/hono` and `/lambda`. What they answer:
 *
 * | outcome | status |
 * |---|---|
 * | handled, now or before; nothing to do for its type | 200 |
 * | refused | the `status` of the {@link WebhookError} |
 * | genuine, but no event | 200 if `on.unreadable` returns, 400 without it |
 * | another attempt is at work | 409 with `Retry-After` |
 * | no POST | 405 |
 * | a handler or the store threw | 500, and the sender tries again |
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/express.md | Express},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fastify.md | Fastify},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fetch.md | Fetch},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/hono.md | Hono},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/lambda.md | Lambda}
 */
export interface AdapterOptions<Environment, Context> extends WebhookOptions {
  /**
   * The secret, or several during a rotation. A value is checked when the server starts. A function is asked for each
   * request whose headers are in order, with the environment (the bindings of a Worker, `process.env` in Node) and
   * the request, which may choose a tenant.
   */
  secret: AdapterSecrets | ((environment: Environment, request: SecretRequest) => AdapterSecrets | Promise<AdapterSecrets>);
  /**
   * The handlers, by event type. The adapter awaits what they return; if one throws, the answer is 500, and the sender
   * tries again.
   */
  on?: Handlers<Context>;
  /**
   * Is called with each failure: a delivery that was refused (a {@link WebhookError}), a body that broke off (an `Error` with
   * `code` `body_aborted`), a lease that ran out (`lease_lost`), and what a handler or the store threw. Writes
   * to `console.error` unless set, with the type and the `idempotencyKey` of the delivery. The answer is the same
   * whatever it does. `delivery` is given whenever the signature held; it has the payload.
   */
  onError?: (error: unknown, context: Context, delivery?: ReceivedDelivery | UnreadableDelivery) => unknown;
  /**
   * Is called with the `warnings` of a delivery that has some: what in the payload did not fit. Writes to `console.warn`
   * unless set.
   */
  onWarning?: (warnings: string[], context: Context, delivery: ReceivedDelivery) => unknown;
  /** Is called once for each request, for metrics. With `background`, when the handler has ended. */
  onOutcome?: (outcome: AdapterOutcome, context: Context) => unknown;
  /** The most bytes that a body may have: 413 before more is read. 5 MiB unless set. */
  maxBodyBytes?: number;
  /**
   * Remembers deliveries, so that a handler does not run again when the sender tries again. A function is asked once for
   * each environment of a Worker, and once for the process elsewhere. A store is one adapter's alone.
   */
  store?: DeliveryStore | ((environment: Environment) => DeliveryStore | Promise<DeliveryStore>);
  /**
   * How long a delivery is reserved for one handler, in seconds: longer than any handler takes. If its process dies,
   * the delivery can be handled again after this. 120 unless set.
   */
  leaseSeconds?: number;
  /** How long a completed delivery is remembered, in seconds. Three days unless set; senders retry for 28 hours. */
  ttlSeconds?: number;
  /**
   * Answers first, then runs the handler: `true` where the platform has `waitUntil` or the process stays, a function
   * where it is told in another way what to wait for (Next.js: `(work) => after(() => work)`).
   *
   * **What is then lost:** the sender has its 200 and does not try again. If the handler throws or the process
   * dies, the event is gone. Where that matters, let the handler put the event on a queue, and wait for that.
   */
  background?: boolean | ((work: Promise<void>) => void);
}

/** As `new Webhook()` takes them. `undefined`, an environment variable that is not set, is `invalid_secret`. */
export type AdapterSecrets = Secret | readonly Secret[] | undefined;

/** The request for which a secret is wanted. Nothing in it is verified yet. */
export interface SecretRequest {
  /** The method: `POST`. */
  readonly method: string;
  /** The absolute URL. In Node, the host is that of the header `Host`. */
  readonly url: string;
  /** The headers, a `Headers` object. */
  readonly headers: {
    /** Returns the value of a header, or `null`. Copies are joined by commas. */
    get(name: string): string | null;
    /** Tests whether there is a header. */
    has(name: string): boolean;
  };
}

/** What became of a request. */
export type Outcome =
  /** The handlers ran and succeeded. */
  | "handled"
  /** Genuine, and no handler for its type. */
  | "ignored"
  /** Handled before. */
  | "duplicate"
  /** Another attempt is at work. */
  | "in_progress"
  /** Genuine, but no event. */
  | "unreadable"
  /** Not genuine, or broken off. */
  | "refused"
  /** A handler, the store or the configuration failed. */
  | "failed"
  /** No POST. */
  | "method_not_allowed";

/** What became of a request, for metrics. */
export interface AdapterOutcome {
  /** What became of it. */
  outcome: Outcome;
  /** The HTTP status of the answer. */
  status: number;
  /** How long it took, the body and the handlers included. */
  milliseconds: number;
  /** The `event_type` of a genuine event that was parsed; `unknown` for those that this version does not know. */
  eventType?: string;
  /** The `code` of the error, if there is one. */
  code?: string;
}

/** A genuine delivery, as an adapter received it. */
export interface ReceivedDelivery extends Delivery {
  /** The raw body: what belongs on a queue. */
  payload: Uint8Array;
}

/** A genuine delivery whose payload is no event, or no JSON. */
export interface UnreadableDelivery extends Verification {
  /** The raw body: keep it, and read it by a later version. */
  payload: Uint8Array;
  /** Equal for all attempts to deliver the same event. */
  idempotencyKey: string;
  /** Absent: tells it from a {@link ReceivedDelivery}. */
  event?: undefined;
}

/**
 * A function for each event type, given the event of that type, the delivery and what the framework handed over. An event
 * that has none is answered with 200.
 */
export type Handlers<Context> = {
  [Type in WebhookEvent["event_type"]]?: (
    event: Extract<WebhookEvent, { event_type: Type }>,
    delivery: ReceivedDelivery,
    context: Context,
  ) => unknown;
} & {
  /** Every event, after the function of its type. */
  any?: (event: WebhookEvent, delivery: ReceivedDelivery, context: Context) => unknown;
  /**
   * A genuine delivery that cannot be read (`invalid_json`, `invalid_event`): keep its payload. The answer is 200 when this
   * returns; without it the answer is 400, and the sender keeps the delivery for its 28 hours.
   */
  unreadable?: (error: WebhookError, delivery: UnreadableDelivery, context: Context) => unknown;
};

/**
 * Remembers which deliveries of one endpoint are being handled and which are completed. Each operation is atomic: of two
 * that claim a key at once, one gets it. A `key` is a {@link Delivery.idempotencyKey}; a store that fails rejects.
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/redis.md | Redis},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/durable-object.md | Durable Objects},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/sql.md | D1 and SQLite},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/memory.md | memory}
 */
export interface DeliveryStore {
  /** Claims a key for a time, unless another has it or it is completed. */
  claim(key: string, leaseSeconds: number): Promise<Claim>;
  /**
   * Marks a key as completed. Returns `false`, and changes nothing, if another has claimed or completed it by now: the lease
   * of `token` ran out. Returns `true` again for the token that completed it: a client may send a command twice.
   */
  complete(key: string, token: string, ttlSeconds: number): Promise<boolean>;
  /** Gives a key back, so that it can be claimed at once. Does nothing if it is another's by now, or completed. */
  release(key: string, token: string): Promise<void>;
  /**
   * Claims a key, runs the work and marks the key as completed in one transaction, which the work is given. If the work
   * throws, all of it is rolled back, and the same is thrown. A store that has this is not asked for the others.
   */
  transaction?<Value>(
    key: string,
    ttlSeconds: number,
    work: (transaction: any) => Promise<Value>,
  ): Promise<
    | {
        /** The work is done, and committed. */
        state: "claimed";
        /** What the work returned. */
        value: Value;
      }
    | {
        /** Another attempt is at work, or it was handled before. */
        state: "in_progress" | "completed";
      }
  >;
}

/** What became of a claim. The token is different for each, so that who comes late cannot pass for its successor. */
export type Claim =
  | {
      /** The key is yours until the lease runs out. */
      state: "claimed";
      /** To complete or to release it with. */
      token: string;
    }
  | {
      /** Another attempt is at work. */
      state: "in_progress";
    }
  | {
      /** It was handled before. */
      state: "completed";
    };

/** The stable name of a failure. */
export type ErrorCode =
  /** 400: none, or not all, of the scheme's headers. */
  | "missing_header"
  /** 400: a timestamp, id or signature header that is malformed. */
  | "invalid_header"
  /** 400: a header repeated with different values. */
  | "conflicting_headers"
  /** 401: `X-AgentMail-Unsigned: 1`. */
  | "unsigned_delivery"
  /** 401: only headers of a scheme that is not configured. */
  | "wrong_scheme"
  /** 401: before the window. */
  | "timestamp_too_old"
  /** 401: after the window. */
  | "timestamp_too_new"
  /** 401: no signature matches any secret. */
  | "signature_mismatch"
  /** 400: not JSON in UTF-8. */
  | "invalid_json"
  /** 400: not the event that it says it is. */
  | "invalid_event"
  /** 413: over the limit of an adapter, or over 128 MiB. */
  | "payload_too_large"
  /** 500: something other than the raw body was passed. */
  | "payload_not_raw"
  /** 500: a secret that cannot be one. */
  | "invalid_secret"
  /** 500: an option that makes no sense. */
  | "invalid_option";

/**
 * Why a delivery is refused. Nothing in it is a secret, a signature or a part of the payload: log all of it, and answer
 * with nothing but the status.
 *
 * @example
 * ```ts
 * import { WebhookError, parse } from "agentmail-webhooks";
 *
 * try {
 *   parse("{");
 * } catch (error) {
 *   if (!(error instanceof WebhookError)) throw error;
 *   console.error(error.status, error.code, error.message, error.hint);
 * }
 * ```
 */
export class WebhookError extends Error {
  /** The library makes them. */
  private constructor();
  /** The name of the class. */
  readonly name: "WebhookError";
  /** The stable name of the failure, to switch on. */
  readonly code: ErrorCode;
  /** What to look at first, for the person who reads the log. */
  readonly hint: string;
  /** The HTTP status to answer the sender with. */
  readonly status: number;
  /**
   * Is set if the payload is genuine but cannot be read (`invalid_json` and `invalid_event` of `Webhook.receive`): keep
   * its bytes.
   */
  readonly verified?: Verification & {
    /** The `event_id` if that can be read, else the `id`, else the SHA-256 of the payload in hex. */
    idempotencyKey: string;
  };
}

/** Any JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** A mail address, with the name that stands beside it. Senders choose what stands here. */
export interface Address {
  /** The display name, without quotes. Absent if there is none. */
  name?: string;
  /** The address itself, such as `jane@example.com`. */
  email: string;
}

/** An event that this version does not know. */
export interface UnknownEvent {
  /** The same for all of them: `wire_type` has the name. */
  event_type: "unknown";
  /** The name of the event on the wire. */
  wire_type: string;
  /** Identifies the event. */
  event_id?: string;
  /** The whole payload, as it was sent. */
  payload: { [name: string]: JsonValue };
}

/**
 * The raw body of a request, unchanged: bytes, or their text in UTF-8. A `Buffer` is a `Uint8Array`.
 *
 * A body that was parsed and written again (`JSON.stringify(request.body)`) has different bytes and does not verify.
 */
export type Payload = string | Uint8Array | ArrayBuffer;

/**
 * The headers of a request: a `Headers` object, a record such as Node's `req.headers`, a `Map`, or pairs. Names may be in
 * any case.
 */
export type HeadersLike =
  | {
      /** Calls a function with each header: its value, then its name. */
      forEach(callback: (value: string, name: string) => void): void;
      /** Returns the value of a header, or `null` if there is none. */
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
 * - `body`: `X-AgentMail-Signature: sha256=<hex>` over the payload alone. It has no timestamp, so verification cannot
 *   prevent replay: store the idempotency keys that you have handled.
 */
export type Scheme = "standard" | "timestamped" | "body";

/**
 * A secret and its scheme. The default is `standard`.
 *
 * Use a different secret for each scheme: with the same one for `timestamped` and `body`, a captured `timestamped` delivery
 * also verifies as a `body` delivery with the payload `{timestamp}.{payload}`.
 */
export type Secret =
  | string
  | {
      /** The secret, as AgentMail shows it: `whsec_` and base64 in scheme `standard`, any text in the others. */
      secret: string;
      /** The scheme of the secret. The default is that of the options, or `standard`. */
      scheme?: Scheme;
    };

/** The options of a {@link Webhook}. */
export interface WebhookOptions {
  /** The scheme of secrets without one. The default is `standard`. */
  scheme?: Scheme;
  /** The maximum difference between a timestamp and now, in both directions, in seconds. The default is 300. */
  toleranceSeconds?: number;
  /** The clock, in unix seconds. The default is the system's. */
  now?: () => number;
}

/**
 * The receiver of a webhook: verifies deliveries with its secrets, each with a scheme, and a tolerance. Build it once, when
 * the server starts.
 *
 * The adapters (`agentmail-webhooks/express` and others) also read the raw body and respond.
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
   * Checks the secrets and the options.
   * @param secrets One secret, or several during a rotation; 16 at most.
   * @param options The scheme, the tolerance and the clock.
   * @throws {WebhookError} `invalid_secret`, `invalid_option`
   */
  constructor(secrets: Secret | readonly Secret[], options?: WebhookOptions);

  /**
   * Verifies that a delivery is genuine and fresh, without parsing it.
   * @param payload The raw body.
   * @param headers All headers of the request.
   * @throws {WebhookError} `missing_header`, `invalid_header`, `conflicting_headers`, `unsigned_delivery`, `wrong_scheme`,
   * `timestamp_too_old`, `timestamp_too_new`, `signature_mismatch`, `payload_too_large`, `payload_not_raw`
   */
  verify(payload: Payload, headers: HeadersLike): Verification;

  /**
   * Verifies a delivery, then parses its payload.
   * @param payload The raw body.
   * @param headers All headers of the request.
   * @throws {WebhookError} the codes of {@link Webhook.verify}, `invalid_json`, `invalid_event`
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
   * Signs a delivery with the first secret and returns its headers, for senders and tests.
   * @param payload The raw body.
   * @returns The headers of the scheme, by their names in lower case.
   * @throws {WebhookError} `invalid_option` if no delivery with this id or timestamp can verify, `payload_not_raw`
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
      /** The sender's identifier of the delivery, the same for a retry. The default is random. */
      id?: string;
      /** The time of the signature, in unix seconds. The default is now. */
      timestamp?: number;
    },
  ): Record<string, string>;
}

/**
 * Does the same as `new Webhook(secrets, options).verify(payload, headers)`. For many deliveries, build a {@link Webhook}
 * once.
 * @param payload The raw body.
 * @param headers All headers of the request.
 * @param secrets One secret, or several during a rotation; 16 at most.
 * @throws {WebhookError} `invalid_secret`, `invalid_option`, and the codes of {@link Webhook.verify}
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
 * Parses a payload into a typed event, **without authentication**: anyone who can reach your endpoint can send any payload.
 * Use `Webhook.receive`, unless the payload was verified before, such as one that is read from a queue or a log.
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
 * Loads the wasm module in a browser. Call it once, before everything else. Does nothing in other runtimes and in
 * `agentmail-webhooks/inline`, which contains the module.
 *
 * @param source The `.wasm` file, if it is not next to the script: a URL, a `Response`, its bytes or a `WebAssembly.Module`.
 * If it cannot be loaded, the promise is rejected, and you can call `init` again.
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

/** The result of a verification. */
export interface Verification {
  /** The scheme under which it was signed. */
  scheme: Scheme;
  /** The sender's identifier of the delivery, the same on retries. Scheme `standard` only. */
  id?: string;
  /** The time at which this attempt was signed, in unix seconds. Absent in scheme `body`. */
  timestamp?: number;
  /**
   * The position of the secret that matched, counted from 0 in the order of configuration. Log it during a rotation to see
   * when the old secret is no longer used.
   */
  secretIndex: number;
}

/** A genuine delivery and its event. */
export interface Delivery extends Verification {
  /** The event. */
  event: WebhookEvent;
  /**
   * The same for all deliveries of an event, even to several webhooks. Store the keys of handled deliveries to recognize
   * duplicates. It is the `event_id`, else the `id`, else `agent_id/message_id` of `mail.received`, else the SHA-256 of the
   * payload in hex.
   */
  idempotencyKey: string;
  /**
   * One line for each value that did not fit and was moved to `extra`: `path: expected …, found …`. Usually empty. Contains
   * no values of the payload.
   */
  warnings: string[];
}

/** The stable name of a failure. */
export type ErrorCode =
  /** 400: some or all headers of the scheme are missing. */
  | "missing_header"
  /** 400: a timestamp, id or signature header is malformed. */
  | "invalid_header"
  /** 400: a header is repeated with different values. */
  | "conflicting_headers"
  /** 401: `X-AgentMail-Unsigned: 1`: the sender had no secret to sign with. */
  | "unsigned_delivery"
  /** 401: the request has only headers of a scheme that is not configured. */
  | "wrong_scheme"
  /** 401: the timestamp is further in the past than the tolerance. */
  | "timestamp_too_old"
  /** 401: the timestamp is further in the future than the tolerance. */
  | "timestamp_too_new"
  /** 401: no signature matches any secret. */
  | "signature_mismatch"
  /** 400: the payload is not JSON in UTF-8. */
  | "invalid_json"
  /** 400: the payload is JSON, but not a valid event. */
  | "invalid_event"
  /** 413: the payload is larger than the limit of an adapter, or than 128 MiB. */
  | "payload_too_large"
  /** 500: something other than the raw body was passed. */
  | "payload_not_raw"
  /** 500: a secret is malformed, or there is none. */
  | "invalid_secret"
  /** 500: an option is unknown or out of range. */
  | "invalid_option";

/**
 * The reason why a delivery is refused. It contains no secret, no signature and no part of the payload, so it is safe to
 * log. Respond with its status and an empty body.
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
  /** Only the library creates errors. */
  private constructor();
  /** The name of the class. */
  readonly name: "WebhookError";
  /** The stable name of the failure, to switch on. */
  readonly code: ErrorCode;
  /** The likeliest cause and what to do about it, for the reader of a log. */
  readonly hint: string;
  /** The HTTP status to respond with. */
  readonly status: number;
  /**
   * The result of the verification, if the delivery is genuine but cannot be parsed (`invalid_json` and `invalid_event` of
   * `Webhook.receive`): keep its payload.
   */
  readonly verified?: Verification & {
    /** The `event_id` if it can be parsed, else the `id`, else the SHA-256 of the payload in hex. */
    idempotencyKey: string;
  };
}

/** Any JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** A mail address with its display name. Senders choose both. */
export interface Address {
  /** The display name, without quotes. */
  name?: string;
  /** The address itself, such as `jane@example.com`. */
  email: string;
}

/** An event that this version does not know. */
export interface UnknownEvent {
  /** The same for all unknown events: the name is in `wire_type`. */
  event_type: "unknown";
  /** The name of the event on the wire. */
  wire_type: string;
  /** Identifies the event. */
  event_id?: string;
  /** The whole payload, as it was sent. */
  payload: { [name: string]: JsonValue };
}

/**
 * The options of the adapters: `agentmail-webhooks/fetch`, `/express`, `/fastify`, `/hono` and `/lambda`. They respond with:
 *
 * | outcome | status |
 * |---|---|
 * | handled, now or before; no handler for its type | 200 |
 * | refused | the `status` of the {@link WebhookError} |
 * | genuine, but not an event | 200 if `on.unreadable` returns, 400 without it |
 * | in progress in another attempt | 409 with `Retry-After` |
 * | not a POST request | 405 |
 * | a handler or the store threw | 500; the sender retries |
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/express.md | Express},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fastify.md | Fastify},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/fetch.md | Fetch},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/hono.md | Hono},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/lambda.md | Lambda}
 */
export interface AdapterOptions<Environment, Context> extends WebhookOptions {
  /**
   * The secret, or several during a rotation. A value is checked when the server starts. A function is called for each
   * request with well-formed headers, with the environment (the bindings of a Worker, `process.env` in Node) and the
   * request, for example to select a tenant.
   */
  secret: AdapterSecrets | ((environment: Environment, request: SecretRequest) => AdapterSecrets | Promise<AdapterSecrets>);
  /**
   * The handlers, by event type. The adapter awaits their results. If one throws, it responds with 500, and the sender
   * retries.
   */
  on?: Handlers<Context>;
  /**
   * Called with each failure: a delivery that was refused (a {@link WebhookError}), an incomplete body (an `Error` with `code`
   * `body_aborted`), an expired lease (`lease_lost`), and errors of a handler or the store. The default writes to
   * `console.error`, with the type and the `idempotencyKey` of the delivery. The response does not depend on it. `delivery`
   * is passed if the signature was valid; it has the payload.
   */
  onError?: (error: unknown, context: Context, delivery?: ReceivedDelivery | UnreadableDelivery) => unknown;
  /**
   * Called with the `warnings` of a delivery, if there are any: the values of the payload that did not fit. The default
   * writes to `console.warn`.
   */
  onWarning?: (warnings: string[], context: Context, delivery: ReceivedDelivery) => unknown;
  /** Called once for each request, for metrics. With `background`, after the handler has ended. */
  onOutcome?: (outcome: AdapterOutcome, context: Context) => unknown;
  /** The maximum size of a body in bytes. Beyond it, the response is 413. The default is 5 MiB. */
  maxBodyBytes?: number;
  /**
   * The store of handled deliveries, so that handlers do not run again when the sender retries. A function is called once
   * for each environment of a Worker, and once for the process elsewhere. Each adapter needs its own store.
   */
  store?: DeliveryStore | ((environment: Environment) => DeliveryStore | Promise<DeliveryStore>);
  /**
   * The time for which a delivery is reserved for one handler, in seconds. It must be longer than any handler takes. If the
   * process dies, the delivery can be handled again after this time. The default is 120.
   */
  leaseSeconds?: number;
  /** The time for which a completed delivery is stored, in seconds. The default is three days; senders retry for 28 hours. */
  ttlSeconds?: number;
  /**
   * Responds first, then runs the handler. `true` on platforms with `waitUntil` and in long-running processes, a function
   * on platforms with another way to wait (Next.js: `(work) => after(() => work)`).
   *
   * **The event is lost** if the handler throws or the process dies, because the sender has received 200 and does not
   * retry. If that matters, let the handler put the event on a queue, and do not use this option.
   */
  background?: boolean | ((work: Promise<void>) => void);
}

/** The secrets of `new Webhook()`. `undefined`, for an environment variable that is not set, is `invalid_secret`. */
export type AdapterSecrets = Secret | readonly Secret[] | undefined;

/** The request that needs a secret. It is not verified yet. */
export interface SecretRequest {
  /** The method: `POST`. */
  readonly method: string;
  /** The absolute URL. In Node, its host is the header `Host`. */
  readonly url: string;
  /** The headers, a `Headers` object. */
  readonly headers: {
    /** Returns the value of a header, or `null`. Copies are joined by commas. */
    get(name: string): string | null;
    /** Tests whether there is a header. */
    has(name: string): boolean;
  };
}

/** The result of a request. */
export type Outcome =
  /** The handlers ran and succeeded. */
  | "handled"
  /** Genuine, without a handler for its type. */
  | "ignored"
  /** Handled before. */
  | "duplicate"
  /** In progress in another attempt. */
  | "in_progress"
  /** Genuine, but not an event. */
  | "unreadable"
  /** Not genuine, or incomplete. */
  | "refused"
  /** A handler, the store or the configuration failed. */
  | "failed"
  /** Not a POST request. */
  | "method_not_allowed";

/** The result of a request, for metrics. */
export interface AdapterOutcome {
  /** The outcome. */
  outcome: Outcome;
  /** The HTTP status of the response. */
  status: number;
  /** The duration in milliseconds, including the body and the handlers. */
  milliseconds: number;
  /** The `event_type` of a genuine event; `unknown` for events that this version does not know. */
  eventType?: string;
  /** The `code` of the error, if there is one. */
  code?: string;
}

/** A genuine delivery with its payload. */
export interface ReceivedDelivery extends Delivery {
  /** The raw body, for example for a queue. */
  payload: Uint8Array;
}

/** A genuine delivery whose payload is not an event. */
export interface UnreadableDelivery extends Verification {
  /** The raw body. Keep it, to parse it with a later version. */
  payload: Uint8Array;
  /** The same for all deliveries of an event. */
  idempotencyKey: string;
  /** Absent, unlike in a {@link ReceivedDelivery}. */
  event?: undefined;
}

/**
 * A function for each event type. Its arguments are the event, the delivery and the objects of the framework. For events
 * without a function, the response is 200.
 */
export type Handlers<Context> = {
  [Type in WebhookEvent["event_type"]]?: (
    event: Extract<WebhookEvent, { event_type: Type }>,
    delivery: ReceivedDelivery,
    context: Context,
  ) => unknown;
} & {
  /** Called with every event, after the function of its type. */
  any?: (event: WebhookEvent, delivery: ReceivedDelivery, context: Context) => unknown;
  /**
   * Called with a genuine delivery that cannot be parsed (`invalid_json`, `invalid_event`): keep its payload. The response is
   * 200 if this returns. Without it, the response is 400, and the sender retries for 28 hours.
   */
  unreadable?: (error: WebhookError, delivery: UnreadableDelivery, context: Context) => unknown;
};

/**
 * A store of the deliveries of one endpoint that are in progress or completed. Each operation is atomic: if two claim a key
 * at the same time, one succeeds. A `key` is a {@link Delivery.idempotencyKey}. If the store fails, the promise is rejected.
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/redis.md | Redis},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/durable-object.md | Durable Objects},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/sql.md | D1 and SQLite},
 * {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/memory.md | memory}
 */
export interface DeliveryStore {
  /** Claims a key for the time of a lease, unless it is claimed or completed. */
  claim(key: string, leaseSeconds: number): Promise<Claim>;
  /**
   * Marks a key as completed. Returns `false` and changes nothing if the lease of `token` expired and another attempt has
   * claimed or completed the key. Returns `true` again for the token that completed it: a client may send a command twice.
   */
  complete(key: string, token: string, ttlSeconds: number): Promise<boolean>;
  /** Releases a key, so that it can be claimed again. Does nothing if another token claimed it, or if it is completed. */
  release(key: string, token: string): Promise<void>;
  /**
   * Claims a key, runs the work and marks the key as completed, in one transaction that is passed to the work. If the work
   * throws, the transaction is rolled back, and the error is thrown. If a store has this method, the others are not called.
   */
  transaction?<Value>(
    key: string,
    ttlSeconds: number,
    work: (transaction: any) => Promise<Value>,
  ): Promise<
    | {
        /** The work is done and committed. */
        state: "claimed";
        /** The result of the work. */
        value: Value;
      }
    | {
        /** In progress in another attempt, or handled before. */
        state: "in_progress" | "completed";
      }
  >;
}

/** The result of a claim. The token is unique, so that a late worker cannot complete the claim of another one. */
export type Claim =
  | {
      /** The key is claimed until the lease expires. */
      state: "claimed";
      /** The token to complete or release the key with. */
      token: string;
    }
  | {
      /** Another attempt has claimed the key. */
      state: "in_progress";
    }
  | {
      /** The delivery was handled before. */
      state: "completed";
    };

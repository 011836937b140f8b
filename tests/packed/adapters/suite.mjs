// What every adapter must do. `mount(options)` serves the adapter in its framework, and gives
// `{ send({ method, headers, body, framing }) -> { status, headers, body }, close() }`. The framing of a body is its
// `length`, or `chunks`; a body in `endless` chunks never ends, of one that is `announced` only the length comes.

import { ok, refused, same } from "../suite/assert.mjs";
import { SECRET, OTHER_SECRET, encode } from "../suite/kit.mjs";

const SENT = { inbox_id: "inbox_1", thread_id: "thread_1", message_id: "<1@mail.example>" };
const PAYLOAD = JSON.stringify({ event_type: "message.sent", send: { ...SENT, note: "Grüße, 東京 🙂" } });
const UNKNOWN = JSON.stringify({ event_type: "message.teleported", event_id: "evt_2" });

/** Records what it is told. */
export function spy(action = () => {}) {
  const calls = [];
  const spied = (...values) => {
    calls.push(values);
    return action(...values);
  };
  return Object.assign(spied, { calls });
}

/** What the console is given meanwhile, by `error` or `warn`. */
async function logged(use, action = () => {}, level = "error") {
  const { [level]: write } = console;
  const told = spy((...values) => action(values));
  console[level] = told;
  try {
    await use();
  } finally {
    console[level] = write;
  }
  return told.calls;
}

/** Looks at what it is given, as a console does. */
function looksAtAll(values) {
  for (const value of values) void `${value} ${value?.code} ${value?.stack}`;
}

/** What a handler may throw, by accident or not. */
function hostile({ WebhookError }) {
  const throws = () => {
    throw new Error("do not look");
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return {
    undefined: undefined,
    null: null,
    "a symbol": Symbol("thrown"),
    "a WebhookError without anything": new WebhookError({}),
    "a WebhookError with a parenthesis in its code": new WebhookError({ code: "a(b", message: "a(b: broken", status: "none" }),
    "a WebhookError whose code is a symbol": new WebhookError({ code: Symbol("code"), message: "broken", status: 700 }),
    "a WebhookError whose members throw": Object.defineProperties(new WebhookError({}), { code: { get: throws }, message: { get: throws }, status: { get: throws } }),
    "an error that passes for a lost lease": Object.assign(new Error("broken"), { code: "lease_lost", outcome: "lease_lost", status: 200 }),
    "an error whose stack throws": Object.defineProperties(new Error("broken"), { stack: { get: throws }, code: { get: throws } }),
    "an object whose inspection throws": { [Symbol.for("nodejs.util.inspect.custom")]: throws, toString: throws, [Symbol.toPrimitive]: throws },
    "an object without a prototype": Object.create(null),
    "a proxy that is revoked": proxy,
    "a function": throws,
  };
}

/** A clock that fails once the adapter has asked it. */
function startsWith(fails) {
  let count = 0;
  return () => {
    count += 1;
    return count === 1 ? Date.now() / 1000 : fails();
  };
}

/** A store whose transactions do nothing but log. */
function transactionalStore() {
  const completed = new Set();
  const claimed = new Set();
  const log = [];
  let number = 0;
  const neverAsked = () => {
    throw new Error("a store with transactions is asked for nothing else");
  };
  return {
    log,
    claim: neverAsked,
    complete: neverAsked,
    release: neverAsked,
    async transaction(key, _ttlSeconds, work) {
      if (completed.has(key)) return { state: "completed" };
      if (claimed.has(key)) return { state: "in_progress" };
      claimed.add(key);
      number += 1;
      const transaction = { number };
      log.push(`begin ${transaction.number}`);
      try {
        const value = await work(transaction);
        log.push(`commit ${transaction.number}`);
        completed.add(key);
        return { state: "claimed", value };
      } catch (error) {
        log.push(`rollback ${transaction.number}`);
        throw error;
      } finally {
        claimed.delete(key);
      }
    },
  };
}

/**
 * @param page documents the adapter
 * @param hasBackground whether the platform goes on after the answer
 * @param canStream whether a body comes in parts
 * @param refuseMany of `http.mjs`, where all requests share one session of HTTP/2
 */
export function adapterSuite(name, { library, memoryStore, mount, page, test, hasBackground = true, canStream = true, refuseMany }) {
  const { Webhook } = library;

  /** A delivery as it is sent. */
  function delivery(payload = PAYLOAD, { secret = SECRET, id = "msg_1", timestamp } = {}) {
    const headers = new Webhook(secret).sign(payload, { id, ...(timestamp === undefined ? {} : { timestamp }) });
    return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: payload };
  }

  /** Mounts the adapter for the time of a test. */
  function served(what, use, options = {}) {
    test(`${name}: ${what}`, async () => {
      const onError = spy();
      const settings = { secret: SECRET, onError, ...(typeof options === "function" ? options() : options) };
      const server = await mount(settings);
      try {
        await use({ ...server, onError: settings.onError, ...settings });
      } finally {
        await server.close();
      }
    });
  }

  const codes = (onError) => onError.calls.map(([error]) => error.code);

  /** The answer gives nothing away but its status. */
  function answered(answer, status) {
    same(answer.status, status, "status");
    same(answer.body, "", "body");
  }

  const sent = spy();
  served("a genuine delivery reaches its handler", async ({ send, onError }) => {
    answered(await send(delivery()), 200);
    same(sent.calls.length, 1, "calls");
    const [event, delivered, context] = sent.calls[0];
    const { event: again, idempotencyKey, secretIndex, payload } = delivered;
    same(Object.getPrototypeOf(payload) === Uint8Array.prototype, true, "the payload is bytes");
    same([new TextDecoder().decode(payload), payload.buffer.byteLength], [PAYLOAD, payload.byteLength], "the payload, in a buffer of its own");
    same(event.event_type, "message.sent", "event_type");
    same(event.send.extra, { note: "Grüße, 東京 🙂" }, "what is not ASCII");
    ok(event === again, "the delivery has the event");
    same([idempotencyKey, secretIndex], ["msg_1", 0], "delivery");
    ok(typeof context === "object" && context !== null, "a context");
    same(onError.calls.length, 0, "errors");
  }, { on: { "message.sent": sent } });

  served("refusals are answered with their status, and reported", async ({ send, onError, on }) => {
    const genuine = delivery();
    const body = new Webhook({ secret: "another secret", scheme: "body" });
    const refusals = [
      [401, "signature_mismatch", { ...genuine, body: PAYLOAD.replace("inbox_1", "inbox_2") }],
      [401, "signature_mismatch", { ...genuine, body: `${PAYLOAD}\n` }],
      [401, "signature_mismatch", delivery(PAYLOAD, { secret: OTHER_SECRET })],
      [401, "timestamp_too_old", delivery(PAYLOAD, { timestamp: 1_600_000_000 })],
      [401, "timestamp_too_new", delivery(PAYLOAD, { timestamp: 33_000_000_000 })],
      [401, "unsigned_delivery", { ...genuine, headers: { "x-agentmail-unsigned": "1" } }],
      [401, "wrong_scheme", { ...genuine, headers: body.sign(PAYLOAD) }],
      [400, "missing_header", { ...genuine, headers: {} }],
      [400, "missing_header", { method: "POST", headers: {}, body: "" }],
      [400, "invalid_header", { ...genuine, headers: { ...genuine.headers, "svix-timestamp": "yesterday" } }],
      [400, "conflicting_headers", { ...genuine, headers: { ...genuine.headers, "webhook-id": "msg_2", "webhook-timestamp": "1", "webhook-signature": "v1," } }],
    ];
    for (const [status, code, request] of refusals) {
      answered(await send(request), status);
      same(onError.calls.at(-1)[0].code, code, "code");
      ok(onError.calls.at(-1)[0] instanceof library.WebhookError, "a WebhookError");
      same([onError.calls.at(-1).length, onError.calls.at(-1)[2]], [3, undefined], "no delivery");
    }
    same(onError.calls.length, refusals.length, "reports");
    same(on.any.calls.length, 0, "calls of the handler");
  }, () => ({ on: { any: spy() } }));

  const UNREADABLE = [
    ["invalid_json", "{"],
    ["invalid_json", ""],
    ["invalid_event", "{}"],
    ["invalid_event", '{"event_type":"message.sent"}'],
    ["invalid_event", JSON.stringify({ event_type: "message.sent", send: {}, note: "x".repeat(300_000) })],
  ];
  for (const store of [undefined, "a store"]) {
    served(`a genuine delivery that cannot be read goes to unreadable${store ? ", once" : ""}`, async ({ send, onError, onOutcome, on }) => {
      for (const [index, [code, payload]] of UNREADABLE.entries()) {
        for (let sends = 0; sends < 2; sends += 1) answered(await send(delivery(payload, { id: `msg_${index}` })), 200);
        const [error, unreadable, context] = on.unreadable.calls.at(-1);
        same([error.code, error instanceof library.WebhookError], [code, true], "error");
        same([unreadable.scheme, unreadable.id, unreadable.secretIndex, unreadable.idempotencyKey], ["standard", `msg_${index}`, 0, `msg_${index}`], "what was verified");
        same([typeof unreadable.timestamp, unreadable.event, new TextDecoder().decode(unreadable.payload)], ["number", undefined, payload], "payload");
        ok(typeof context === "object" && context !== null, "a context");
        same(onOutcome.calls.slice(-2).map(([{ outcome }]) => outcome), ["unreadable", store ? "duplicate" : "unreadable"], "outcomes");
      }
      same(on.unreadable.calls.length, UNREADABLE.length * (store ? 1 : 2), "calls");
      same([onError.calls.length, on.any.calls.length], [0, 0], "calls of others");
    }, () => ({ onOutcome: spy(), on: { unreadable: spy(), any: spy() }, ...(store && { store: memoryStore() }) }));
  }

  served("without unreadable, the sender keeps what cannot be read, and onError has its bytes", async ({ send, onError, onOutcome, on }) => {
    for (const [code, payload] of UNREADABLE) {
      for (let sends = 0; sends < 2; sends += 1) answered(await send(delivery(payload)), 400);
      const [error, , unreadable] = onError.calls.at(-1);
      same([error.code, unreadable.id, new TextDecoder().decode(unreadable.payload)], [code, "msg_1", payload], "report");
      const { milliseconds: _, ...outcome } = onOutcome.calls.at(-1)[0];
      same(outcome, { outcome: "unreadable", status: 400, code }, "outcome");
    }
    same([onError.calls.length, on.any.calls.length], [UNREADABLE.length * 2, 0], "calls");
  }, () => ({ onOutcome: spy(), on: { any: spy() }, store: memoryStore() }));

  served("unreadable that throws is answered with 500, and the delivery given back", async ({ send, onError, on }) => {
    answered(await send(delivery("{")), 500);
    answered(await send(delivery("{")), 200);
    same([on.unreadable.calls.length, onError.calls.length], [2, 1], "calls");
    same([onError.calls[0][0].message, onError.calls[0][2].idempotencyKey], ["no queue", "msg_1"], "report");
  }, () => {
    const unreadable = spy(() => {
      if (unreadable.calls.length === 1) throw new Error("no queue");
    });
    return { store: memoryStore(), on: { unreadable } };
  });

  served("the log names a delivery that cannot be read", async ({ send }) => {
    const lines = await logged(async () => answered(await send(delivery("{")), 400));
    same(lines.length, 1, "lines");
    same(lines[0][0], { event_type: undefined, idempotencyKey: "msg_1" }, "the delivery");
    ok(/^invalid_json: /.test(lines[0][1]), lines[0][1]);
  }, { onError: undefined });

  served("payloads in other shapes arrive as they were sent", async ({ send, onError, on }) => {
    const payloads = [`${PAYLOAD}\n`, `${PAYLOAD}\r\n`, JSON.stringify(JSON.parse(PAYLOAD), null, 2), PAYLOAD.replace("inbox_1", "x".repeat(300_000))];
    for (const payload of payloads) answered(await send(delivery(payload)), 200);
    // Not the type that a parser of JSON waits for, one that is malformed, and none at all.
    const types = ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "", " ", "json", "application/json;", "a/b/c", undefined];
    for (const type of types) {
      const { "content-type": _, ...headers } = delivery().headers;
      answered(await send({ ...delivery(), headers: { ...headers, ...(type !== undefined && { "content-type": type }) } }), 200);
    }
    // A header of something else, which belongs to no set of headers that is whole.
    answered(await send({ ...delivery(), headers: { ...delivery().headers, "webhook-id": "other" } }), 200);
    same(codes(onError), [], "errors");
    same(on.any.calls.length, payloads.length + types.length + 1, "calls");
  }, () => ({ on: { any: spy() } }));

  const order = [];
  served("any comes after the function of the type; unknown events have theirs", async ({ send }) => {
    answered(await send(delivery()), 200);
    answered(await send(delivery(UNKNOWN)), 200);
    same(order, ["sent", "any", "unknown message.teleported", "any"], "order");
  }, {
    on: {
      "message.sent": async () => {
        await undefined;
        order.push("sent");
      },
      unknown: (event) => void order.push(`unknown ${event.wire_type}`),
      any: () => void order.push("any"),
    },
  });

  served("an event without a function is answered with 200", async ({ send, onError }) => {
    answered(await send(delivery()), 200);
    answered(await send(delivery(UNKNOWN)), 200);
    answered(await send(delivery('{"event_type":"any"}')), 200);
    answered(await send(delivery('{"event_type":"toString"}')), 200);
    same(codes(onError), [], "errors");
  }, { on: { "message.received": () => {} } });

  served("options without functions: verified, acknowledged", async ({ send, onError }) => {
    answered(await send(delivery()), 200);
    answered(await send({ ...delivery(), body: "{}" }), 401);
    same(codes(onError), ["signature_mismatch"], "errors");
  }, { on: undefined, store: undefined });

  for (const [how, fails] of [["throws", () => { throw Object.assign(new Error("broken"), { status: 400 }); }], ["rejects", async () => { throw "broken"; }]]) {
    served(`a handler that ${how} is answered with 500`, async ({ send, onError, on }) => {
      answered(await send(delivery()), 500);
      same(onError.calls.length, 1, "reports");
      same(onError.calls[0][2] === on["message.sent"].calls[0][1], true, "the delivery");
      same(onError.calls[0][1] === on["message.sent"].calls[0][2], true, "the context");
    }, () => ({ on: { "message.sent": spy(fails) } }));
  }

  const broken = new Error("broken");
  const fails = { unknown: () => { throw broken; }, "message.sent": () => library.parse("{") };
  served("the log names the delivery that failed", async ({ send }) => {
    const id = 'msg_%s\n"';
    const payload = JSON.stringify({ event_type: "message.teleported", event_id: id });
    const body = new Webhook({ secret: SECRET, scheme: "body" });
    const lines = await logged(async () => {
      answered(await send({ method: "POST", headers: body.sign(payload), body: payload }), 500);
      answered(await send({ method: "POST", headers: body.sign(PAYLOAD), body: PAYLOAD }), 500);
    });
    same(lines[0], [{ event_type: "message.teleported", idempotencyKey: id }, broken], "an error");
    same(lines[1][0], { event_type: "message.sent", idempotencyKey: "be122a8a46f820b244c9ec48d095c4afd76bede951ea6cdab18307fe68c87619" }, "a refusal: the delivery");
    ok(/^invalid_json: at line 1 column 1: /.test(lines[1][1]), lines[1][1]);
    same(lines.length, 2, "lines");
  }, { onError: undefined, scheme: "body", on: fails });

  served("the log of a refusal has the code once, and nothing of what was sent", async ({ send }) => {
    const forged = { ...delivery(), body: '{"event_type":"moon.landed","event_id":"evt_moon"}' };
    const { "svix-id": _, ...headers } = delivery().headers;
    const lines = await logged(async () => {
      answered(await send(forged), 401);
      answered(await send({ ...delivery(), headers }), 400);
      answered(await send({ ...delivery(), headers: { ...delivery().headers, "svix-timestamp": "yesterday" } }), 400);
    });
    ok(lines.every((line) => line.length === 1), "one text each");
    const [[mismatch], [missing], [invalid]] = lines;
    ok(/^signature_mismatch: no signature matches any secret \(.+\)$/.test(mismatch), mismatch);
    ok(/^missing_header: svix-id of scheme standard \(.+\)$/.test(missing), missing);
    ok(/^invalid_header: svix-timestamp: .+ \(.+\)$/.test(invalid), invalid);
    ok(!/moon|msg_1|yesterday/.test(lines.flat().join()), lines.join());
  }, { onError: undefined });

  served("a refusal that a handler passes on is its failure, not the sender's", async ({ send }) => {
    answered(await send(delivery()), 500);
  }, { on: { any: () => library.parse("{") } });

  for (const [what, value] of Object.entries(hostile(library))) {
    test(`${name}: ${what}, thrown by each part`, async () => {
      const throws = () => { throw value; };
      const rejects = () => Promise.reject(value);
      const parts = {
        handler: () => ({ on: { any: throws } }),
        "async handler": () => ({ on: { any: rejects } }),
        "function for the secret": () => ({ secret: throws }),
        clock: () => ({ now: startsWith(throws) }),
        "function for the store": () => ({ store: rejects, on: { any: () => {} } }),
        store: () => ({ store: { claim: rejects, complete: rejects, release: throws }, on: { any: () => {} } }),
        release: () => ({ store: { ...memoryStore(), release: throws }, on: { any: throws } }),
        "store with transactions": () => ({ store: { ...memoryStore(), transaction: rejects }, on: { any: () => {} } }),
      };
      for (const [part, options] of Object.entries(parts)) {
        for (const onError of [undefined, throws, rejects]) {
          const server = await mount({ secret: SECRET, onError, onOutcome: throws, ...options() });
          try {
            await logged(async () => same((await server.send(delivery())).status, 500, part), looksAtAll);
          } finally {
            await server.close();
          }
        }
      }
    });
  }

  for (const [how, onError] of [["throws", () => { throw new Error("no reporter"); }], ["rejects", async () => { throw new Error("no reporter"); }]]) {
    served(`onError that ${how} does not change the answer, and what it was told is logged`, async ({ send }) => {
      const lines = await logged(async () => {
        answered(await send({ ...delivery(), headers: {} }), 400);
        answered(await send(delivery()), 500);
      });
      ok(/^missing_header: /.test(lines[0][0]), lines[0][0]);
      same([lines[1][0], lines[1][1].message], ["onError failed:", "no reporter"], "its own failure");
      same(lines[2], [{ event_type: "message.sent", idempotencyKey: "msg_1" }, broken], "the failure of the handler");
      same(lines.length, 4, "lines");
    }, { onError, on: { any: () => { throw broken; } } });
  }

  served("a body over the limit is answered with 413", async ({ send, onError, on }) => {
    const fits = PAYLOAD.padEnd(2000 - (encode(PAYLOAD).length - PAYLOAD.length));
    answered(await send(delivery(fits)), 200);
    answered(await send({ ...delivery(`${fits} `), framing: canStream ? "announced" : "length" }), 413);
    if (canStream) {
      answered(await send({ ...delivery(fits), framing: "chunks" }), 200);
      // Nobody waits for the end of it.
      answered(await send({ ...delivery(`${fits} `), framing: "endless" }), 413);
      answered(await send({ ...delivery(PAYLOAD.padEnd(100_000)), framing: "endless" }), 413);
    }
    ok(codes(onError).every((code) => code === "payload_too_large"), codes(onError).join());
    const { message, hint } = onError.calls[0][0];
    same([message, hint.includes("maxBodyBytes")], ["payload too large: over 2000 bytes", true], "the words of the crate");
    same(on.any.calls.length, canStream ? 2 : 1, "calls");
    // A server that closed a connection takes the next one.
    answered(await send(delivery()), 200);
  }, () => ({ on: { any: spy() }, maxBodyBytes: 2000 }));

  served("the limit is 5 MiB unless set", async ({ send }) => {
    const framing = canStream ? "announced" : "length";
    const bytes = 5 * 1024 * 1024 - (encode(PAYLOAD).length - PAYLOAD.length);
    answered(await send(delivery(PAYLOAD.padEnd(bytes))), 200);
    answered(await send({ ...delivery(PAYLOAD.padEnd(bytes + 1)), framing }), 413);
  });

  served("anything but POST is answered with 405", async ({ send }) => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await send({ method, headers: {} });
      // Some frameworks have routes for POST alone, and say so themselves.
      ok(answer.status === 405 || answer.status === 404, `${method}: ${answer.status}`);
      if (answer.status === 405) same(answer.headers.allow, "POST", "allow");
    }
  });

  served("each request has one outcome", async ({ send, onOutcome, on }) => {
    const forged = { ...delivery(), body: "{}" };
    on.fails = true;
    for (const request of [delivery(), delivery(), delivery(UNKNOWN, { id: "msg_2" }), delivery("{"), forged, { ...delivery(), headers: {} }]) {
      await send(request);
      on.fails = false;
    }
    await send(delivery());
    const told = onOutcome.calls.map(([{ milliseconds, ...rest }, context]) => {
      ok(milliseconds >= 0 && milliseconds < 60_000, `${milliseconds} ms`);
      ok(typeof context === "object" && context !== null, "a context");
      return rest;
    });
    same(told, [
      { outcome: "failed", status: 500, eventType: "message.sent", code: "E_BROKEN" },
      { outcome: "handled", status: 200, eventType: "message.sent" },
      { outcome: "ignored", status: 200, eventType: "unknown" },
      { outcome: "unreadable", status: 400, code: "invalid_json" },
      { outcome: "refused", status: 401, code: "signature_mismatch" },
      { outcome: "refused", status: 400, code: "missing_header" },
      { outcome: "duplicate", status: 200, eventType: "message.sent" },
    ], "outcomes");
    const { status } = await send({ method: "PUT", headers: {} });
    if (status === 405) same(onOutcome.calls.at(-1)[0].outcome, "method_not_allowed", "outcome");
  }, () => {
    let isBroken = true;
    const handler = () => {
      if (!isBroken) return;
      isBroken = false;
      throw Object.assign(new Error("broken"), { code: "E_BROKEN" });
    };
    return { store: memoryStore(), onOutcome: spy(), on: { "message.sent": handler } };
  });

  const ODD = JSON.stringify({ event_type: "message.sent", send: { ...SENT, timestamp: 5, recipients: ["jane@mail.example", null] } });
  served("warnings are told, once for each delivery that is not a duplicate", async ({ send, onWarning, onError, on }) => {
    answered(await send(delivery()), 200);
    same(onWarning.calls.length, 0, "calls");
    answered(await send(delivery(ODD, { id: "msg_2" })), 200);
    const [[warnings, context, warned]] = onWarning.calls;
    same(warnings.length, 2, warnings.join());
    ok(warnings.every((line) => /^send\.\S+: expected .+, found .+$/.test(line)), warnings.join());
    same([warned === on.any.calls[1][1], context === on.any.calls[1][2]], [true, true], "delivery, context");
    answered(await send(delivery(ODD, { id: "msg_2" })), 200);
    same([onWarning.calls.length, on.any.calls.length, onError.calls.length], [1, 2, 0], "calls");
  }, () => ({ store: memoryStore(), onWarning: spy(), on: { any: spy() } }));

  served("warnings go to console.warn, with the delivery that they are of", async ({ send }) => {
    const lines = await logged(async () => answered(await send(delivery(ODD)), 200), undefined, "warn");
    same([lines.length, lines[0].length], [1, 3], "lines");
    same(lines[0][0], { event_type: "message.sent", idempotencyKey: "msg_1" }, "the delivery");
  });

  for (const [how, fails] of [["throws", () => { throw new Error("no log"); }], ["rejects", async () => { throw new Error("no log"); }]]) {
    served(`onWarning that ${how} does not change the answer, and is logged`, async ({ send, on }) => {
      const lines = await logged(async () => answered(await send(delivery(ODD)), 200));
      same(lines.map(([what, error]) => [what, error.message]), [["onWarning failed:", "no log"]], "log");
      same(on.any.calls.length, 1, "calls");
    }, () => ({ onWarning: fails, on: { any: spy() } }));
  }

  served("an event that nobody handles asks no store", async ({ send, store }) => {
    answered(await send(delivery()), 200);
    same(store.claim.calls.length, 0, "claims");
  }, () => ({ store: { claim: spy(), complete: spy(), release: spy() }, on: { "message.received": () => {} } }));

  for (const [how, fails] of [["throws", () => { throw new Error("no metrics"); }], ["rejects", async () => { throw new Error("no metrics"); }]]) {
    served(`onOutcome that ${how} does not change the answer, and is logged`, async ({ send }) => {
      const lines = await logged(async () => answered(await send(delivery()), 200));
      same(lines.map(([what, error]) => [what, error.message]), [["onOutcome failed:", "no metrics"]], "log");
    }, { onOutcome: fails });
  }

  let current = SECRET;
  served("a secret that is a function is asked for each delivery", async ({ send, onError }) => {
    answered(await send(delivery()), 200);
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 401);
    current = [OTHER_SECRET, SECRET];
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 200);
    answered(await send(delivery()), 200);
    for (current of [undefined, "", "sk_live", [], {}]) answered(await send(delivery()), 500);
    same(codes(onError), ["signature_mismatch", ...Array(5).fill("invalid_secret")], "errors");
    current = SECRET;
    answered(await send(delivery()), 200);
  }, { secret: async () => current });

  let hidden = { get secret() { return SECRET; }, toJSON: () => "[redacted]" };
  served("a secret that hides itself is rotated too", async ({ send }) => {
    answered(await send(delivery()), 200);
    hidden = { get secret() { return OTHER_SECRET; }, toJSON: () => "[redacted]" };
    answered(await send(delivery()), 401);
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 200);
  }, { secret: () => hidden });

  served("a secret is asked for with the request, and only if its headers are in order", async ({ send, secret, onError }) => {
    const { "svix-signature": _, ...unsigned } = delivery().headers;
    const framing = canStream ? "endless" : "length";
    const refusals = [
      [400, "missing_header", {}],
      [400, "missing_header", { "content-type": "application/json" }],
      [400, "missing_header", unsigned],
      [400, "invalid_header", { ...delivery().headers, "svix-timestamp": "yesterday" }],
      [401, "timestamp_too_old", delivery(PAYLOAD, { timestamp: 1_600_000_000 }).headers],
      [401, "unsigned_delivery", { "x-agentmail-unsigned": "1" }],
    ];
    for (const [status, code, headers] of refusals) {
      // A body that never ends is not waited for.
      answered(await send({ method: "POST", headers, body: PAYLOAD, framing }), status);
      same(onError.calls.at(-1)[0].code, code, "code");
    }
    same(secret.calls.length, 0, "calls");
    answered(await send({ ...delivery(), headers: { ...delivery().headers, "X-Tenant": "acme" } }), 200);
    const [environment, request] = secret.calls[0];
    ok(["object", "undefined"].includes(typeof environment), "an environment");
    same([request.method, request.headers.get("x-tenant"), request.headers.get("svix-id")], ["POST", "acme", "msg_1"], "request");
    same(new URL(request.url).protocol.startsWith("http"), true, request.url);
  }, () => ({ secret: spy(async () => SECRET) }));

  if (canStream) {
    served("a request whose headers are not in order is refused before its body is read", async ({ send, onError }) => {
      const genuine = delivery();
      const other = new Webhook({ secret: "another secret", scheme: "body" });
      for (const headers of [{}, other.sign(PAYLOAD), delivery(PAYLOAD, { timestamp: 1_600_000_000 }).headers]) {
        const { status } = await send({ ...genuine, headers, framing: "endless" });
        ok([400, 401].includes(status), `${status}`);
      }
      same(codes(onError), ["missing_header", "wrong_scheme", "timestamp_too_old"], "codes");
      answered(await send(genuine), 200);
    });
  }

  if (refuseMany) {
    served("300 refused bodies on one session leave no stream open", async (server) => {
      const large = { ...delivery(), body: "x".repeat(15_000) };
      const forged = [large, { ...large, headers: {} }, delivery(PAYLOAD, { timestamp: 1_600_000_000 })];
      const result = await refuseMany(server, { forged, genuine: delivery() });
      same(result, { statuses: [400, 401, 413], genuine: 200, left: 0 }, "answers");
    }, { maxBodyBytes: 10_000 });
  }

  served("tenants", async ({ send, on }) => {
    const tenants = [SECRET, OTHER_SECRET];
    for (const [index, secret] of [...tenants, ...tenants].entries()) {
      const { headers, ...rest } = delivery(PAYLOAD, { secret });
      answered(await send({ ...rest, headers: { ...headers, "x-tenant": `${index % 2}` } }), 200);
      answered(await send({ ...rest, headers: { ...headers, "x-tenant": `${(index + 1) % 2}` } }), 401);
    }
    same(on.any.calls.length, 4, "calls");
  }, () => ({ secret: (_, { headers }) => [SECRET, OTHER_SECRET][headers.get("x-tenant")], on: { any: spy() } }));

  served("a function for the secret that throws is answered with 500", async ({ send, onError }) => {
    answered(await send(delivery()), 500);
    same(onError.calls.length, 1, "reports");
  }, { secret: () => { throw Object.assign(new Error("no vault"), { status: 403 }); } });

  served("a refusal that the function for the secret passes on is its failure", async ({ send, onOutcome }) => {
    for (let sends = 0; sends < 2; sends += 1) answered(await send(delivery()), 500);
    same(onOutcome.calls.map(([{ outcome, code }]) => [outcome, code]), [["failed", "invalid_json"], ["failed", "invalid_json"]], "outcomes");
  }, () => ({ onOutcome: spy(), secret: () => library.parse("{") }));

  served("options of Webhook", async ({ send }) => {
    answered(await send(delivery(PAYLOAD, { timestamp: 1_600_000_100 })), 200);
    answered(await send(delivery(PAYLOAD, { timestamp: 1_600_000_101 })), 401);
  }, { now: () => 1_600_000_000, toleranceSeconds: 100 });

  test(`${name}: options that make no sense are refused when the server starts`, async () => {
    const wrong = [
      ["invalid_secret", { secret: undefined }],
      ["invalid_secret", { secret: "" }],
      ["invalid_option", { on: null }],
      ["invalid_option", { on: { "message.sent": "handler" } }],
      ["invalid_option", { on: { "message.received": undefined } }],
      ["invalid_option", { on: { any: null } }],
      ["invalid_option", { on: { "message.recieved": () => {} } }],
      ["invalid_option", { on: { all: () => {} } }],
      ["invalid_option", { onError: 5 }],
      ["invalid_option", { maxBodyBytes: 0 }],
      ["invalid_option", { maxBodyBytes: NaN }],
      ["invalid_option", { maxBodyBytes: "5mb" }],
      ["invalid_option", { store: {} }],
      ["invalid_option", { store: null }],
      ["invalid_option", { store: { claim() {}, complete() {} } }],
      ["invalid_option", { leaseSeconds: -1 }],
      ["invalid_option", { ttlSeconds: Infinity }],
      ["invalid_option", { ttlSeconds: 1e10 }],
      ["invalid_option", { background: "yes" }],
      ["invalid_option", { toleranceSeconds: NaN }],
      ["invalid_option", { toleranceSeconds: NaN, secret: () => SECRET }],
      ["invalid_option", { onWarning: "log" }],
      ["invalid_option", { onOutcome: {} }],
      ["invalid_option", { on: { unreadable: true } }],
      ["invalid_option", { now: Date.now }],
      ["invalid_option", { now: () => new Date() }],
      ["invalid_option", { now: () => NaN }],
      ["invalid_option", { now: 1_700_000_000 }],
    ];
    for (const [code, options] of wrong) await refusedAtStart(code, { secret: SECRET, ...options });
  });

  test(`${name}: a clock that counts milliseconds is refused, with the right one`, async () => {
    const { hint } = await refusedAtStart("invalid_option", { secret: SECRET, now: Date.now });
    ok(hint.includes("() => Date.now() / 1000"), hint);
  });

  test(`${name}: one store in two adapters is refused when the second is made`, async () => {
    const store = memoryStore();
    const first = await mount({ secret: SECRET, store, on: { any: () => {} } });
    try {
      const { message, hint } = await refusedAtStart("invalid_option", { secret: SECRET, store });
      ok(/another adapter/.test(message) && /each endpoint/.test(hint), `${message}: ${hint}`);
      answered(await first.send(delivery()), 200);
    } finally {
      await first.close();
    }
    await (await mount({ secret: SECRET, store: memoryStore() })).close();
  });

  test(`${name}: one store that functions give to two adapters`, async () => {
    const store = memoryStore();
    const onError = spy();
    const servers = [];
    for (let count = 0; count < 2; count += 1) servers.push(await mount({ secret: SECRET, store: () => store, onError, on: { any: () => {} } }));
    try {
      for (let sends = 0; sends < 2; sends += 1) answered(await servers[0].send(delivery()), 200);
      for (let sends = 0; sends < 2; sends += 1) answered(await servers[1].send(delivery()), 500);
      same(codes(onError), ["invalid_option", "invalid_option"], "errors");
    } finally {
      for (const server of servers) await server.close();
    }
  });

  /** Mounts what must not start. Gives the error. */
  async function refusedAtStart(code, options) {
    let error;
    try {
      await (await mount(options)).close();
    } catch (thrown) {
      error = thrown;
    }
    return refused(library, code, () => {
      if (error) throw error;
    });
  }

  const wrongNames = [
    [{ secret: SECRET, On: {} }, "there is no option On", "did you mean on?"],
    [{ secret: SECRET, stores: memoryStore() }, "there is no option stores", "did you mean store?"],
    [{ secret: SECRET, stroe: memoryStore() }, "there is no option stroe", "did you mean store?"],
    [{ secret: SECRET, maxBodyByte: 3 }, "there is no option maxBodyByte", "did you mean maxBodyBytes?"],
    [{ secret: SECRET, tolerance: 60 }, "there is no option tolerance", "did you mean toleranceSeconds?"],
    [{ secret: SECRET, onEror: undefined }, "there is no option onEror", "did you mean onError?"],
    [{ secrets: [SECRET] }, "there is no option secrets", "did you mean secret?"],
    [{ secret: SECRET, handlers: {} }, "there is no option handlers", "there are secret, on, onError, onWarning,"],
    [{ secret: SECRET, toString: () => "" }, "there is no option toString", "there are secret, on, onError, onWarning,"],
    [{ secret: SECRET, ["x".repeat(100_000)]: 1 }, `there is no option ${"x".repeat(100_000)}`, "there are secret, on, onError, onWarning,"],
    [{ secret: SECRET, on: { "message.recieved": () => {} } }, "there is no event type message.recieved", "did you mean message.received?"],
    [{ secret: SECRET, on: { recieved: () => {} } }, "there is no event type recieved", "there are message.received,"],
    [{ secret: SECRET, on: { bounced: () => {} } }, "there is no event type bounced", "did you mean message.bounced?"],
    [{ secret: SECRET, on: { unknwon: () => {} } }, "there is no event type unknwon", "did you mean unknown?"],
    [{ on: {} }, "the option secret is missing", "see https://"],
  ];
  for (const [options, message, hint] of wrongNames) {
    test(`${name}: ${message.slice(0, 50)}`, async () => {
      const error = await refusedAtStart("invalid_option", options);
      same(error.message, message, "message");
      ok(error.hint.startsWith(hint), error.hint);
      ok(error.hint.endsWith(`see https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/${page}.md`), error.hint);
    });
  }

  test(`${name}: which of several secrets is wrong`, async () => {
    for (const wrong of [undefined, "", "sk_live", 5, {}, { secret: undefined }]) {
      const { message } = await refusedAtStart("invalid_secret", { secret: [SECRET, wrong, undefined] });
      ok(message.startsWith("invalid secret: ") && message.endsWith(" (secret[1])"), message);
    }
    // One by itself, and what is wrong with the list, has no number.
    for (const secret of [undefined, [], Array(17).fill(SECRET)]) {
      const { message } = await refusedAtStart("invalid_secret", { secret });
      ok(!message.includes("secret["), message);
    }
    const { message } = await refusedAtStart("invalid_secret", { secret: ["any text", undefined], scheme: "body" });
    ok(message.endsWith(" (secret[1])"), message);
  });

  test(`${name}: a secret instead of options`, async () => {
    for (const options of [SECRET, undefined, null, 5]) {
      let error;
      await Promise.resolve().then(() => mount(options)).catch((thrown) => (error = thrown));
      // Fastify makes options of anything.
      ok(["invalid_option", "invalid_secret"].includes(error?.code), `${options}: ${error}`);
    }
  });

  const withStore = (options = {}) => () => ({ store: memoryStore(), on: { any: spy(options.handler) }, ...options });

  served("a delivery that is sent again is handled once", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    answered(await send(delivery(PAYLOAD, { id: "msg_2" })), 200);
    same(on.any.calls.map(([, { idempotencyKey }]) => idempotencyKey), ["msg_1", "msg_2"], "handled");
  }, withStore());

  served("a delivery that is being handled is answered with 409", async ({ send, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    const first = send(delivery());
    while (on.any.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const second = await send(delivery());
    answered(second, 409);
    same(second.headers["retry-after"], "120", "Retry-After");
    finish();
    answered(await first, 200);
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => {
    const any = spy(() => any.wait);
    return { store: memoryStore(), on: { any } };
  });

  served("a handler that throws gives the delivery back", async ({ send, on }) => {
    same([(await send(delivery())).status, (await send(delivery())).status, (await send(delivery())).status], [500, 200, 200], "answers");
    same(on.any.calls.length, 2, "calls");
  }, () => {
    const any = spy(() => {
      if (any.calls.length === 1) throw new Error("broken");
    });
    return { store: memoryStore(), on: { any } };
  });

  served("forgeries never reach the store", async ({ send, store }) => {
    answered(await send({ ...delivery(), body: "{}" }), 401);
    same(store.claim.calls.length, 0, "claims");
  }, () => ({ store: { claim: spy(), complete: spy(), release: spy() }, on: { any: () => {} } }));

  served("a store that has transactions", async ({ send, store, on, onOutcome }) => {
    on.any.fails = true;
    answered(await send(delivery()), 500);
    on.any.fails = false;
    answered(await send(delivery()), 200);
    answered(await send(delivery()), 200);
    same(store.log, ["begin 1", "rollback 1", "begin 2", "commit 2"], "transactions");
    same(onOutcome.calls.map(([{ outcome }]) => outcome), ["failed", "handled", "duplicate"], "outcomes");
    const [, , context] = on.any.calls.at(-1);
    same(context.transaction ?? context.get("transaction"), { number: 2 }, "the transaction, in the context");
  }, () => {
    const any = spy(() => {
      if (any.fails) throw new Error("broken");
    });
    return { store: transactionalStore(), onOutcome: spy(), on: { any } };
  });

  served("a store that has transactions: another attempt meanwhile", async ({ send, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    const first = send(delivery());
    while (on.any.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    answered(await send(delivery()), 409);
    finish();
    answered(await first, 200);
  }, () => {
    const any = spy(() => any.wait);
    return { store: transactionalStore(), on: { any } };
  });

  for (const operation of ["claim", "complete", "release"]) {
    served(`a store that fails to ${operation} is answered with 500`, async ({ send, onError }) => {
      answered(await send(delivery()), 500);
      ok(onError.calls.some(([error]) => error.message === "no connection"), "is reported");
    }, () => ({
      store: { ...memoryStore(), [operation]: async () => { throw new Error("no connection"); } },
      on: { any: () => { if (operation === "release") throw new Error("broken"); } },
    }));
  }

  for (const claim of [undefined, {}, { state: "locked" }, { state: "undefined" }, "claimed"]) {
    served(`a store that gives ${JSON.stringify(claim)} for a claim is answered with 500`, async ({ send, on, onError }) => {
      answered(await send(delivery()), 500);
      same([on.any.calls.length, onError.calls.length], [0, 1], "calls");
    }, () => ({ store: { ...memoryStore(), claim: async () => claim }, on: { any: spy() } }));
  }

  served("a handler that outlives its lease is answered with 409", async ({ send, onError }) => {
    answered(await send(delivery()), 409);
    same(codes(onError), ["lease_lost"], "errors");
  }, () => ({ store: { ...memoryStore(), complete: async () => false }, on: { any: () => {} } }));

  served("long keys are digested, for the store only", async ({ send, store, on }) => {
    const id = "x".repeat(300);
    answered(await send(delivery(PAYLOAD, { id })), 200);
    const [[key]] = store.claim.calls;
    // printf 'x%.0s' {1..300} | sha256sum
    same(key, "sha256:0d4e2ca9e9cbced7a7a5380eb29e1a3783b9b6d0db72de36a1051038e1c1fbc7", "key");
    same(on.any.calls[0][1].idempotencyKey, id, "idempotencyKey");
  }, () => ({ store: { claim: spy(async () => ({ state: "claimed", token: "a" })), complete: async () => true, release: async () => {} }, on: { any: spy() } }));

  served("a store that is a function of the environment, which is asked once", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: async () => memoryStore(), on: { any: spy() } }));

  served("a function for the store is asked once by requests that come at once", async ({ send, store, on }) => {
    let made;
    store.wait = new Promise((resolve) => (made = resolve));
    const sends = Array.from({ length: 20 }, (_, index) => send(delivery(PAYLOAD, { id: `msg_${index % 2}` })));
    while (store.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // The others arrive meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    made(memoryStore());
    const statuses = (await Promise.all(sends)).map(({ status }) => status);
    ok(statuses.every((status) => status === 200 || status === 409), statuses.join());
    same([store.calls.length, on.any.calls.length], [1, 2], "calls");
  }, () => {
    const store = spy(() => store.wait);
    return { store, on: { any: spy() } };
  });

  served("a function for the store is asked again only after it failed", async ({ send, store, on, onError }) => {
    for (const status of [500, 500, 200, 200]) answered(await send(delivery()), status);
    same([store.calls.length, on.any.calls.length], [3, 1], "calls");
    same(onError.calls.map(([{ message }]) => message), ["no connection", "no connection"], "errors");
  }, () => {
    const store = spy(async () => {
      if (store.calls.length < 3) throw new Error("no connection");
      return memoryStore();
    });
    return { store, on: { any: spy() } };
  });

  served("a store without parentheses", async ({ send, on }) => {
    for (let sends = 0; sends < 3; sends += 1) answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: memoryStore, on: { any: spy() } }));

  let found;
  served("a store that is missing is not: no store", async ({ send, on, onError }) => {
    answered(await send(delivery()), 500);
    found = {};
    answered(await send(delivery()), 500);
    same(codes(onError), ["invalid_option", "invalid_option"], "errors");
    found = memoryStore();
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => ({ store: () => found, on: { any: spy() } }));

  if (!hasBackground) {
    test(`${name}: background is refused`, async () => {
      let error;
      await mount({ secret: SECRET, background: true }).catch((thrown) => (error = thrown));
      same(error?.code, "invalid_option", "code");
    });
    return;
  }

  served("background: the answer comes first", async ({ send, store, on }) => {
    let finish;
    on.any.wait = new Promise((resolve) => (finish = resolve));
    answered(await send(delivery()), 200);
    answered(await send(delivery()), 409);
    finish();
    while ((await store.claim("msg_1", 1)).state !== "completed") await new Promise((resolve) => setTimeout(resolve, 1));
    answered(await send(delivery()), 200);
    same(on.any.calls.length, 1, "calls");
  }, () => {
    const any = spy(() => any.wait);
    return { store: memoryStore(), on: { any }, background: true };
  });

  served("background: a handler that throws is reported, and the delivery given back", async ({ send, onError, store }) => {
    answered(await send(delivery()), 200);
    while (onError.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    same(onError.calls[0][0].message, "broken", "error");
    same(onError.calls[0][2].idempotencyKey, "msg_1", "the delivery");
    same((await store.claim("msg_1", 1)).state, "claimed", "state");
  }, () => ({ store: memoryStore(), background: true, on: { any: async () => { throw new Error("broken"); } } }));

  served("background: the outcome is that of the handler, the status what the sender was told", async ({ send, onOutcome, on }) => {
    for (on.any.fails of [true, false]) {
      answered(await send(delivery()), 200);
      while (onOutcome.calls.length < on.any.calls.length) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    same(onOutcome.calls.map(([{ outcome, status }]) => [outcome, status]), [["failed", 200], ["handled", 200]], "outcomes");
  }, () => {
    const any = spy(() => {
      if (any.fails) throw new Error("broken");
    });
    return { store: memoryStore(), background: true, onOutcome: spy(), on: { any } };
  });

  served("background: a function is told what to wait for", async ({ send, background, on }) => {
    answered(await send(delivery()), 200);
    same(background.calls.length, 1, "calls");
    await background.calls[0][0];
    same(on.any.calls.length, 1, "calls of the handler");
  }, () => ({ background: spy(), on: { any: spy() } }));

  for (const [how, background] of [["throws", () => { throw new Error("no queue"); }], ["rejects", async () => { throw new Error("no queue"); }]]) {
    served(`background: a function that ${how} is reported`, async ({ send, on, onError }) => {
      answered(await send(delivery()), 200);
      while (onError.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      same([on.any.calls.length, onError.calls[0][0].message], [1, "no queue"], "calls");
    }, () => ({ background, on: { any: spy() } }));
  }

  served("background: forgeries are refused as ever", async ({ send }) => {
    answered(await send({ ...delivery(), body: "{}" }), 401);
  }, { background: true });
}

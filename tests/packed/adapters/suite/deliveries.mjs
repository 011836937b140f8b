// Genuine deliveries reach their handler, and everything else is refused.

import { ok, same } from "../../suite/assert.mjs";
import { OTHER_SECRET, encode } from "../../suite/kit.mjs";
import { PAYLOAD, UNKNOWN, logged, spy } from "./kit.mjs";

export function deliveries({ library, memoryStore, canStream, refuseMany, Webhook, delivery, served, codes, answered }) {
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
}

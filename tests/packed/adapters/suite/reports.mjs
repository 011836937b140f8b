// `onOutcome`, `onWarning`, and what stands in the log.

import { ok, same } from "../../suite/assert.mjs";
import { SENT, UNKNOWN, logged, spy } from "./kit.mjs";

export function reports({ memoryStore, delivery, served, answered }) {
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

  for (const [how, fails] of [["throws", () => { throw new Error("no metrics"); }], ["rejects", async () => { throw new Error("no metrics"); }]]) {
    served(`onOutcome that ${how} does not change the answer, and is logged`, async ({ send }) => {
      const lines = await logged(async () => answered(await send(delivery()), 200));
      same(lines.map(([what, error]) => [what, error.message]), [["onOutcome failed:", "no metrics"]], "log");
    }, { onOutcome: fails });
  }
}

// Whatever a handler, a clock, a store or a callback throws, the answer is 500 and the process goes on.

import { ok, same } from "../../suite/assert.mjs";
import { SECRET } from "../../suite/kit.mjs";
import { PAYLOAD, logged, spy } from "./kit.mjs";

/** Looks at what it is given, as a console does. */
function looksAtAll(values) {
  for (const value of values) void `${value} ${value?.code} ${value?.stack}`;
}

/** Returns what a handler may throw, by accident or not. */
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

export function failures({ name, library, memoryStore, mount, test, Webhook, delivery, served, answered }) {
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
}

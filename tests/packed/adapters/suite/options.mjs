// Options that make no sense are refused when the server starts.

import { ok, refused, same } from "../../suite/assert.mjs";
import { SECRET } from "../../suite/kit.mjs";
import { PAYLOAD, spy } from "./kit.mjs";

export function options({ name, library, memoryStore, mount, page, test, delivery, served, codes, answered }) {
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
}

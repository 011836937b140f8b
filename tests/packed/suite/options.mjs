// Tolerance, clock and scheme.

import { fail, ok, refused, same } from "./assert.mjs";
import { NOW, PAYLOAD, SECRET, genuine } from "./kit.mjs";

export function options({ library, test }) {
  const { Webhook } = library;
  // Not before a test runs: in browsers the library is not there yet.
  const signed = () => genuine(library).headers;
  const at = (now, toleranceSeconds) => new Webhook(SECRET, { now: () => now, toleranceSeconds }).verify(PAYLOAD, signed());

  test("options: the window is 300 s, both ways, bounds included", () => {
    for (const now of [NOW - 300, NOW, NOW + 300]) same(at(now).timestamp, NOW, "timestamp");
    refused(library, "timestamp_too_old", () => at(NOW + 301));
    refused(library, "timestamp_too_new", () => at(NOW - 301));
  });

  test("options: toleranceSeconds", () => {
    at(NOW, 0);
    refused(library, "timestamp_too_old", () => at(NOW + 1, 0));
    refused(library, "timestamp_too_new", () => at(NOW - 1, 0));
    at(NOW + 3600, 3600);
    at(0, Number.MAX_SAFE_INTEGER);
    at(0, Number.MAX_VALUE);
    refused(library, "timestamp_too_old", () => at(NOW + 301, undefined));
    for (const tolerance of [NaN, Infinity, -Infinity, -1, -0.1, "300", "", null, true, [300], {}, 300n, Symbol("a")]) {
      refused(library, "invalid_option", () => new Webhook(SECRET, { toleranceSeconds: tolerance }));
      refused(library, "invalid_option", () => library.verify(PAYLOAD, signed(), SECRET, { toleranceSeconds: tolerance }));
    }
  });

  test("options: now", () => {
    at(NOW + 0.5, 0);
    at(NOW + 300.9);
    for (const value of [NaN, Infinity, -1, String(NOW), undefined, null, BigInt(NOW), new Date(NOW * 1000), Promise.resolve(NOW)]) {
      refused(library, "invalid_option", () => at(value));
    }
    for (const now of [NOW, "now", null, {}]) {
      refused(library, "invalid_option", () => new Webhook(SECRET, { now }).verify(PAYLOAD, signed()));
    }
    refused(library, "timestamp_too_new", () => at(0));
  });

  test("options: what now throws is passed on as it is", () => {
    for (const thrown of [new RangeError("no clock"), "no clock", '{"code":"invalid_json"}', null, undefined]) {
      const options = { now: () => { throw thrown; } };
      const webhook = new Webhook(SECRET, options);
      const calls = [
        () => webhook.verify(PAYLOAD, signed()),
        () => library.verify(PAYLOAD, signed(), SECRET, options),
      ];
      for (const call of calls) {
        let caught = "nothing";
        try {
          call();
        } catch (error) {
          caught = error;
        }
        ok(Object.is(caught, thrown), `threw ${String(thrown)}, caught ${String(caught)}`);
      }
    }
  });

  test("options: a clock that takes the payload away", () => {
    for (const name of ["verify", "receive"]) {
      const { buffer } = new TextEncoder().encode(PAYLOAD);
      const webhook = new Webhook(SECRET, { now: () => (structuredClone(buffer, { transfer: [buffer] }), NOW) });
      refused(library, "payload_not_raw", () => webhook[name](new Uint8Array(buffer), signed()));
    }
  });

  test("options: now is called for each delivery", () => {
    let calls = 0;
    const webhook = new Webhook(SECRET, { now: () => ((calls += 1), NOW) });
    same(calls, 0, "calls before");
    webhook.verify(PAYLOAD, signed());
    webhook.receive(PAYLOAD, signed());
    same(calls, 2, "calls");
  });

  test("options: the clock is the system's, if none is set", () => {
    const webhook = new Webhook(SECRET);
    const fresh = webhook.sign(PAYLOAD, { timestamp: Math.floor(Date.now() / 1000) });
    same(library.verify(PAYLOAD, fresh, SECRET).scheme, "standard", "scheme");
    refused(library, "timestamp_too_old", () => webhook.verify(PAYLOAD, signed()));
  });

  test("options: absent", () => {
    for (const value of [undefined, null, {}, Object.create(null)]) new Webhook(SECRET, value);
  });

  test("options: unknown", () => {
    const calls = [
      (options) => new Webhook(SECRET, options),
      (options) => library.verify(PAYLOAD, signed(), SECRET, options),
    ];
    for (const call of calls) {
      const { message } = refused(library, "invalid_option", () => call({ tolerance: 60, now: () => NOW }));
      same(message, "invalid option: there is no tolerance", "message");
      refused(library, "invalid_option", () => call({ toleranceseconds: undefined }));
    }
  });

  test("options: scheme", () => {
    for (const scheme of ["standard", "timestamped", "body"]) {
      const webhook = new Webhook(SECRET, { scheme, now: () => NOW });
      same(webhook.verify("{}", webhook.sign("{}")).scheme, scheme, "scheme");
    }
    for (const scheme of ["", "Standard", "svix", null, 5, {}, [], "__proto__", Symbol("a"), Object.create(null)]) {
      refused(library, "invalid_option", () => new Webhook(SECRET, { scheme }));
      if (scheme !== null) refused(library, "invalid_option", () => new Webhook({ secret: SECRET, scheme }));
    }
    new Webhook({ secret: SECRET, scheme: undefined }, { scheme: undefined });
    // A secret's own scheme goes before that of the options.
    const own = new Webhook([{ secret: "one", scheme: "body" }, SECRET], { now: () => NOW });
    same(own.verify(PAYLOAD, signed()).secretIndex, 1, "secretIndex");
  });

  test("library: what it exports", () => {
    const names = ["Webhook", "WebhookError", "init", "parse", "verify"];
    for (const name of names) ok(typeof library[name] === "function", name);
    const more = Object.keys(library).filter((name) => !names.includes(name) && !["default", "module.exports"].includes(name));
    if (more.length > 0) fail(`not documented: ${more.join(", ")}`);
  });

  test("library: init() resolves, again and again", async () => {
    same(await library.init(), undefined, "init()");
    same(await library.init(), undefined, "init()");
    at(NOW);
  });
}

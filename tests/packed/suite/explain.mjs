// `agentmail-webhooks/explain`, beyond the fixtures: JavaScript's own arguments, and that it has all of the library.

import { ok, refused, same } from "./assert.mjs";
import { EVENT, NOW, PAYLOAD, SECRET, genuine, plain } from "./kit.mjs";

export function explain({ library, explaining, test }) {
  if (!explaining) return;
  const now = () => NOW;
  const signed = () => genuine(explaining).headers;

  test("explain: it throws nothing but for what is no request", () => {
    const call = (...request) => explaining.explain(...request, SECRET, { now });
    refused(explaining, "payload_not_raw", () => call(EVENT, signed()));
    refused(explaining, "payload_not_raw", () => call(undefined, signed()));
    same(call(undefined, {}).verified, false, "an empty request");
    same(call(PAYLOAD, undefined).verified, false, "no headers");
    const options = [{ scheme: "svix" }, { toleranceSeconds: -1 }, { toleranceSeconds: "300" }, { now: () => NaN }, { now: 5 }, { tolerance: 5 }];
    for (const option of options) {
      refused(explaining, "invalid_option", () => explaining.explain(PAYLOAD, signed(), SECRET, { now, ...option }));
    }
  });

  test("explain: what the clock throws is passed on, and what it takes away is gone", () => {
    const thrown = new RangeError("no clock");
    let caught;
    try {
      explaining.explain(PAYLOAD, signed(), SECRET, { now: () => { throw thrown; } });
    } catch (error) {
      caught = error;
    }
    same(caught, thrown, "thrown");
    const { buffer } = new TextEncoder().encode(PAYLOAD);
    const takes = () => (structuredClone(buffer, { transfer: [buffer] }), NOW);
    refused(explaining, "payload_not_raw", () => explaining.explain(new Uint8Array(buffer), signed(), SECRET, { now: takes }));
  });

  test("explain: secrets that are none", () => {
    for (const secret of [undefined, null, 5, {}, { secret: undefined }, "", [, SECRET]]) {
      const { verified, checks } = explaining.explain(PAYLOAD, signed(), secret, { now });
      same(verified, false, "verified");
      const check = checks.find(({ check }) => check === "secret");
      same(check.verdict, "fail", "verdict");
      ok(check.advice.startsWith("secret 0, scheme standard: invalid secret: it is empty."), check.advice);
    }
    same(explaining.explain(PAYLOAD, signed(), [], { now }).checks[1].advice, "none is configured", "no secrets");
  });

  test("explain: schemes and options are those of a Webhook", () => {
    const webhook = new explaining.Webhook("a secret", { scheme: "timestamped", toleranceSeconds: 10, now });
    const headers = webhook.sign(PAYLOAD, { timestamp: NOW - 11 });
    const options = { scheme: "timestamped", toleranceSeconds: 10, now };
    same(explaining.explain(PAYLOAD, headers, "a secret", options).verified, false, "the tolerance counts");
    same(explaining.explain(PAYLOAD, headers, "a secret", { ...options, now: () => NOW - 1 }).verified, true, "the clock counts");
    same(explaining.explain(PAYLOAD, headers, { secret: "a secret", scheme: "timestamped" }, { now }).verified, true, "a scheme each");
  });

  test("explain: plain data, without the signature that would have matched", () => {
    const { webhook, headers } = genuine(explaining);
    const explanation = explaining.explain(`${PAYLOAD} `, headers, SECRET, { now });
    same(plain(structuredClone(explanation)), explanation, "cloned");
    const told = JSON.stringify(explanation);
    for (const body of [PAYLOAD, `${PAYLOAD} `]) {
      const [, signature] = webhook.sign(body, { id: "msg_1" })["svix-signature"].split(",");
      ok(!told.includes(signature.slice(0, 12)), "a signature");
    }
    ok(!told.includes(SECRET.slice(0, 12)) && !told.includes("jane"), "the secret or the payload");
  });

  test("explain: its module does all that the library does", async () => {
    await explaining.init();
    same(Object.keys(explaining).filter((name) => !(name in library)), ["explain"], "exports");
    const { webhook, payload, headers } = genuine(explaining);
    same(webhook.receive(payload, headers), genuine(library).webhook.receive(payload, headers), "received");
    same(explaining.parse(payload), library.parse(payload), "parsed");
    same(explaining.WebhookError, library.WebhookError, "one class of errors");
    refused(library, "signature_mismatch", () => explaining.verify(`${payload} `, headers, SECRET, { now }));
  });
}

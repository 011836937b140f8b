// What the fixtures cannot say of `explain`: JavaScript's own arguments.

import { ok, refused, same } from "./assert.mjs";
import { EVENT, NOW, PAYLOAD, SECRET, genuine, plain } from "./kit.mjs";

export function explain({ library, test }) {
  const now = () => NOW;

  test("explain: it throws nothing but for what is no request", () => {
    const { webhook, headers } = genuine(library);
    for (const call of [(...rest) => webhook.explain(...rest), (...rest) => library.explain(...rest, SECRET)]) {
      refused(library, "payload_not_raw", () => call(EVENT, headers));
      refused(library, "payload_not_raw", () => call(undefined, headers));
      same(call(undefined, {}).verified, false, "an empty request");
      same(call(PAYLOAD, undefined).verified, false, "no headers");
    }
    const options = [{ scheme: "svix" }, { toleranceSeconds: -1 }, { toleranceSeconds: "300" }, { now: () => NaN }, { now: 5 }];
    for (const option of options) {
      refused(library, "invalid_option", () => library.explain(PAYLOAD, headers, SECRET, { now, ...option }));
    }
  });

  test("explain: secrets that are none", () => {
    const { headers } = genuine(library);
    for (const secret of [undefined, null, 5, {}, { secret: undefined }, ""]) {
      const { verified, checks } = library.explain(PAYLOAD, headers, secret, { now });
      same(verified, false, "verified");
      const check = checks.find(({ check }) => check === "secret");
      same(check.verdict, "fail", "verdict");
      ok(check.advice.startsWith("secret 0, scheme standard: invalid secret: it is empty."), check.advice);
    }
    same(library.explain(PAYLOAD, headers, [], { now }).checks[1].advice, "none is configured", "no secrets");
  });

  test("explain: schemes and options are those of a Webhook", () => {
    const webhook = new library.Webhook("a secret", { scheme: "timestamped", toleranceSeconds: 10, now });
    const headers = webhook.sign(PAYLOAD, { timestamp: NOW - 11 });
    const options = { scheme: "timestamped", toleranceSeconds: 10, now };
    const explanation = library.explain(PAYLOAD, headers, "a secret", options);
    same(explanation, webhook.explain(PAYLOAD, headers), "explained in one way");
    same(explanation.verified, false, "the tolerance counts");
    same(library.explain(PAYLOAD, headers, "a secret", { ...options, now: () => NOW - 1 }).verified, true, "the clock counts");
    same(library.explain(PAYLOAD, headers, { secret: "a secret", scheme: "timestamped" }, { now }).verified, true, "a scheme each");
  });

  test("explain: plain data, without the signature that would have matched", () => {
    const { webhook, headers } = genuine(library);
    const explanation = webhook.explain(`${PAYLOAD} `, headers);
    same(plain(structuredClone(explanation)), explanation, "cloned");
    const told = JSON.stringify(explanation);
    for (const signed of [PAYLOAD, `${PAYLOAD} `]) {
      const [, signature] = webhook.sign(signed, { id: "msg_1" })["svix-signature"].split(",");
      ok(!told.includes(signature.slice(0, 12)), "a signature");
    }
    ok(!told.includes(SECRET.slice(0, 12)) && !told.includes("jane"), "the secret or the payload");
  });
}

// Signing, for senders and tests.

import { ok, refused, same } from "./assert.mjs";
import { NOW, PAYLOAD, SECRET, genuine } from "./kit.mjs";

const NAMES = {
  standard: ["svix-id", "svix-timestamp", "svix-signature"],
  timestamped: ["x-agentmail-timestamp", "x-agentmail-signature"],
  body: ["x-agentmail-signature"],
};

export function sign({ library, test }) {
  for (const [scheme, names] of Object.entries(NAMES)) {
    test(`sign: ${scheme} verifies, with defaults and without`, () => {
      const webhook = new library.Webhook(SECRET, { scheme });
      for (const options of [undefined, {}, { id: undefined, timestamp: undefined }]) {
        const before = Math.floor(Date.now() / 1000);
        const headers = webhook.sign(PAYLOAD, options);
        same(Object.keys(headers), names, "names");
        ok(Object.values(headers).every((value) => typeof value === "string"), "values are strings");
        const verification = webhook.verify(PAYLOAD, headers);
        same(verification.scheme, scheme, "scheme");
        same("timestamp" in verification, scheme !== "body", "timestamp");
        same("id" in verification, scheme === "standard", "id");
        if (scheme !== "body") ok(verification.timestamp - before <= 5 && verification.timestamp >= before, "the time is now");
        new Headers(headers);
      }
      const fixed = webhook.sign(PAYLOAD, { id: "msg_7", timestamp: NOW });
      same(webhook.sign(PAYLOAD, { id: "msg_7", timestamp: NOW }), fixed, "the same again");
      if (scheme === "body") return;
      same(fixed[names.at(-2)], String(NOW), "timestamp");
      refused(library, "timestamp_too_old", () => webhook.verify(PAYLOAD, fixed));
    });
  }

  test("sign: known signatures", () => {
    // Standard Webhooks: the vector of its reference implementations.
    const webhook = new library.Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { now: () => 1614265330 });
    const headers = webhook.sign('{"test": 2432232314}', { id: "msg_p5jXN8AQM9LWM0D4loKWxJek" });
    same(headers["svix-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "signature");
  });

  test("sign: ids are random", () => {
    const webhook = new library.Webhook(SECRET);
    const ids = new Set(Array.from({ length: 1000 }, () => webhook.sign("{}")["svix-id"]));
    same(ids.size, 1000, "different ids");
    for (const id of ids) ok(/^[!-~]{16,}$/.test(id) && !id.includes("."), `${id} is an id`);
  });

  test("sign: ids that could not verify are refused", () => {
    const { webhook } = genuine(library);
    for (const id of ["", " ", "a.b", ".", " a", "a ", "a\nb", "a\r\nb", "a\0", "é", "🙂", "a, b", "\t"]) {
      refused(library, "invalid_option", () => webhook.sign("{}", { id }));
    }
    for (const id of ["a", "msg_1", "a b", "a,b", "~!@#$%^&*()", "x".repeat(1000), "1-2-3", "__proto__"]) {
      same(webhook.verify("{}", webhook.sign("{}", { id })).id, id, "id");
    }
  });

  test("sign: timestamps that make no sense are refused", () => {
    const { webhook } = genuine(library);
    for (const timestamp of [NaN, Infinity, -1, "1700000000", null, {}, 1n, new Date()]) {
      refused(library, "invalid_option", () => webhook.sign("{}", { timestamp }));
    }
    same(webhook.sign("{}", { timestamp: NOW + 0.9 })["svix-timestamp"], String(NOW), "seconds are whole");
    same(webhook.sign("{}", { timestamp: 0 })["svix-timestamp"], "0", "zero is a time");
  });

  test("sign: with the first secret", () => {
    const one = new library.Webhook({ secret: "the first", scheme: "body" });
    const several = new library.Webhook([{ secret: "the first", scheme: "body" }, SECRET]);
    same(several.sign("{}"), one.sign("{}"), "headers");
  });
}

// Secrets: which are refused, which one matched, and that none of them is ever told.

import { ok, refused, same } from "./assert.mjs";
import { NOW, OTHER_SECRET, PAYLOAD, SECRET, genuine } from "./kit.mjs";

export function secrets({ library, test, runtime }) {
  const { Webhook } = library;

  test("secrets: several, and which one matched", () => {
    const now = () => NOW;
    const list = [OTHER_SECRET, SECRET, { secret: "for the body", scheme: "body" }, { secret: "for both", scheme: "timestamped" }];
    const webhook = new Webhook(Object.freeze(list), { now });
    for (const [secretIndex, secret] of list.entries()) {
      const headers = new Webhook(secret, { now }).sign(PAYLOAD, { id: "msg_1" });
      same(webhook.verify(PAYLOAD, headers).secretIndex, secretIndex, "verify");
      same(webhook.receive(PAYLOAD, headers).secretIndex, secretIndex, "receive");
      same(library.verify(PAYLOAD, headers, list, { now }).secretIndex, secretIndex, "verify()");
    }
    // The list may change afterwards.
    const own = [SECRET];
    const kept = new Webhook(own, { now });
    own[0] = OTHER_SECRET;
    kept.verify(PAYLOAD, genuine(library).headers);
  });

  test("secrets: a list with holes", () => {
    const { headers } = genuine(library);
    for (const list of [[, SECRET], new Array(2)]) {
      refused(library, "invalid_secret", () => new Webhook(list));
      refused(library, "invalid_secret", () => library.verify(PAYLOAD, headers, list));
    }
  });

  test("secrets: another one does not match", () => {
    const { headers } = genuine(library);
    refused(library, "signature_mismatch", () => library.verify(PAYLOAD, headers, OTHER_SECRET, { now: () => NOW }));
  });

  test("secrets: whsec_ may be missing", () => {
    const { headers } = genuine(library);
    library.verify(PAYLOAD, headers, SECRET.slice("whsec_".length), { now: () => NOW });
  });

  test("secrets: invalid ones", () => {
    const none = [undefined, null, "", 5, true, {}, [], [[]], [undefined], [SECRET, undefined], [SECRET, ""], () => SECRET];
    const objects = [{ secret: undefined }, { secret: null }, { secret: 5 }, { scheme: "body" }, new String(SECRET), new Set([SECRET]), Promise.resolve(SECRET)];
    const texts = [` ${SECRET}`, `${SECRET}\n`, "whsec_", "whsec_AAAA", "whsec_not base64 at all!", "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE", new Uint8Array(32)];
    for (const secret of [...none, ...objects, ...texts]) {
      refused(library, "invalid_secret", () => new Webhook(secret));
      refused(library, "invalid_secret", () => library.verify(PAYLOAD, {}, secret));
    }
    for (const secret of ["", " a", "a\t", undefined]) refused(library, "invalid_secret", () => new Webhook({ secret, scheme: "body" }));
    const error = refused(library, "invalid_secret", () => new Webhook(undefined));
    ok(error.message.endsWith("is AGENTMAIL_WEBHOOK_SECRET set?"), `${error.message}: the variable is named`);
    new Webhook(Array.from({ length: 16 }, () => SECRET));
    refused(library, "invalid_secret", () => new Webhook(Array.from({ length: 17 }, () => SECRET)));
  });

  test("secrets: neither a Webhook nor an error tells one", () => {
    const { inspect = String } = runtime;
    const { webhook, headers } = genuine(library);
    const key = SECRET.slice("whsec_".length);
    const told = [];
    const tell = (value) => {
      told.push(String(value), JSON.stringify(value), inspect(value), ...Object.values(value).map(String));
      for (let object = value; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
        told.push(...Reflect.ownKeys(object).map((name) => `${String(name)} ${inspect(Object.getOwnPropertyDescriptor(object, name).value)}`));
      }
    };
    const failing = [
      () => webhook.verify("{}", headers),
      () => webhook.verify(PAYLOAD, { ...headers, "svix-signature": `v1,${key}` }),
      () => webhook.verify(PAYLOAD, { ...headers, "svix-id": SECRET }),
      () => webhook.verify(SECRET, {}),
      () => webhook.receive(SECRET, webhook.sign(SECRET)),
      () => new Webhook(` ${SECRET}`),
      () => new Webhook(`${SECRET}!`),
      () => new Webhook([SECRET, SECRET.slice(0, -3)]),
      () => new Webhook({ secret: SECRET, scheme: SECRET }),
      () => new Webhook(SECRET, { toleranceSeconds: SECRET }),
      () => webhook.sign(PAYLOAD, { id: `${SECRET}.` }),
      () => library.parse(SECRET),
      () => library.parse(`{"event_type":"message.sent","send":"${SECRET}"}`),
      () => library.parse([SECRET]),
    ];
    tell(webhook);
    for (const call of failing) {
      try {
        call();
      } catch (error) {
        tell(error);
        told.push(error.message, error.hint, error.stack);
        continue;
      }
      ok(false, `${call} passed`);
    }
    const signature = headers["svix-signature"].slice("v1,".length);
    for (const text of told) {
      for (const needle of [key, key.slice(0, -3), signature]) ok(!text?.includes(needle), `a secret or signature is told: ${text}`);
    }
  });
}

// The testing kit: samples are events, what it signs verifies, and its clock moves the library's.

import { ok, refused, same } from "./assert.mjs";
import { NOW, OTHER_SECRET, SECRET } from "./kit.mjs";

const DIALECTS = ["000", "001", "002", "004"];

export function testing({ library, kit, test }) {
  if (!kit) return;
  const { EVENT_TYPES, fakeClock, sample, signTestDelivery, signTestRequest } = kit;

  test("testing: every sample is its event, in every dialect, and all of it is known", () => {
    ok(EVENT_TYPES.length > 20 && EVENT_TYPES.includes("unknown"), EVENT_TYPES.join());
    for (const type of EVENT_TYPES) {
      for (const dialect of [undefined, ...DIALECTS]) {
        const event = library.parse(JSON.stringify(sample(type, {}, { dialect })));
        same(event.event_type, type, type);
        ok(!JSON.stringify(event).includes('"extra"'), `${type} has what is not known`);
      }
    }
  });

  test("testing: dialects differ as their documents do", () => {
    const message = (dialect) => sample("message.received", {}, { dialect }).message;
    same(message("004").from, "Jane Doe <jane@example.com>");
    same(message("004"), message());
    same(message("000").from, [{ name: "Jane Doe", email: "jane@example.com" }]);
    same(typeof message("000").attachments[0].content, "string");
    same(sample("message.received", {}, { dialect: "001" }).thread, {});
    same(message("002").from_, ["jane@example.com"]);
    same(sample("message.received", {}, { dialect: "002" }).type, undefined);
    same(sample("domain.verified", {}, { dialect: "004" }).domain.status, "verified");
    same(Object.keys(sample("message.bounced", {}, { dialect: "000" }).bounce), ["type", "sub_type", "recipients"]);
  });

  test("testing: overrides are merged, and no sample is changed by them", () => {
    const before = JSON.stringify(sample("message.received"));
    const overrides = { event_id: undefined, message: { subject: "Hello", labels: ["a"], text: null, headers: { "X-A": "1" }, from: { email: "a@b.example" } } };
    const changed = sample("message.received", overrides);
    same([changed.message.subject, changed.message.labels, changed.message.text], ["Hello", ["a"], null]);
    same([changed.message.headers["X-Mailer"], changed.message.to[0]], ["Example Mail 4.2", "Support <support@agents.example>"], "what is not named");
    ok(!("event_id" in changed), "undefined leaves out");
    same(library.parse(JSON.stringify(changed)).message.from[0].email, "a@b.example");
    changed.message.attachments[0].filename = "changed";
    changed.message.labels.push("b");
    same(JSON.stringify(sample("message.received")), before, "the sample");
    same(overrides.message.labels, ["a"], "the overrides");
    sample("message.received", JSON.parse('{"__proto__":{"polluted":1},"message":{"__proto__":{"polluted":1}}}'));
    same({}.polluted, undefined, "the prototype of all objects");
  });

  test("testing: what there is not is told", () => {
    const wrong = [["message.recieved"], ["toString"], ["message.sent", {}, { dialect: "3" }], ["message.sent", {}, { dialect: "constructor" }]];
    for (const args of wrong) same(thrown(() => sample(...args)).name, "TypeError", args.join());
    same(thrown(() => EVENT_TYPES.push("a")).name, "TypeError", "EVENT_TYPES");
    refused(library, "invalid_secret", () => signTestRequest({}, "short"));
    refused(library, "invalid_option", () => signTestDelivery({}, SECRET, { id: "a.b" }));
  });

  test("testing: a Request, and a delivery, that verify under every scheme", async () => {
    const { now } = fakeClock(NOW);
    for (const scheme of ["standard", "timestamped", "body"]) {
      const webhook = new library.Webhook(SECRET, { scheme, now });
      for (const secret of [SECRET, { secret: SECRET, scheme }]) {
        const options = { scheme, id: "msg_1", timestamp: now(), url: "https://a.example/hook" };
        const request = signTestRequest(sample("message.sent"), secret, options);
        same([request.method, request.url, request.headers.get("content-type")], ["POST", "https://a.example/hook", "application/json"]);
        same(webhook.receive(await request.text(), request.headers).event.event_type, "message.sent");
      }
      for (const body of ["no JSON", new Uint8Array([255, 0]), new Uint8Array([255, 0]).buffer]) {
        const delivery = signTestDelivery(body, SECRET, { scheme, timestamp: now() });
        ok(delivery.method === "POST" && delivery.body === body, "the body as it is");
        webhook.verify(delivery.body, delivery.headers);
      }
    }
    const [one, two] = [0, 0].map(() => signTestDelivery({}, SECRET).headers["svix-id"]);
    ok(one !== two, "each is a delivery of its own");
  });

  test("testing: what is signed now verifies now, and a forgery never", () => {
    const webhook = new library.Webhook(SECRET);
    for (const type of EVENT_TYPES) {
      const { headers, body } = signTestDelivery(sample(type), SECRET);
      same(webhook.receive(body, headers).event.event_type, type);
      const forged = signTestDelivery(sample(type), OTHER_SECRET);
      refused(library, "signature_mismatch", () => webhook.receive(forged.body, forged.headers));
    }
  });

  test("testing: a clock moves when it is told to", () => {
    const clock = fakeClock(NOW);
    const webhook = new library.Webhook(SECRET, { now: clock.now });
    const { headers, body } = signTestDelivery("{}", SECRET, { timestamp: clock.now() });
    clock.advance(300);
    webhook.verify(body, headers);
    clock.advance(1);
    refused(library, "timestamp_too_old", () => webhook.verify(body, headers));
    clock.set(NOW - 301);
    refused(library, "timestamp_too_new", () => webhook.verify(body, headers));
    clock.advance(1);
    webhook.verify(body, headers);
    const before = Math.floor(Date.now() / 1000);
    const now = fakeClock().now();
    ok(Number.isInteger(now) && now >= before && now <= Date.now() / 1000, "it begins now");
  });
}

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return {};
}

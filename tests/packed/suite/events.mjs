// Events are plain data, whatever the payload contains.

import { ok, refused, same } from "./assert.mjs";
import { EVENT, NOW, PAYLOAD, SECRET, genuine } from "./kit.mjs";

export function events({ library, test }) {
  test("parse: as receive, without authentication", () => {
    const { webhook, headers } = genuine(library);
    const delivery = webhook.receive(PAYLOAD, headers);
    same(Object.keys(delivery).sort(), ["event", "id", "idempotencyKey", "scheme", "secretIndex", "timestamp", "warnings"], "members");
    same(library.parse(PAYLOAD), delivery.event, "event");
    same(delivery.event.event_type, EVENT.event_type, "event_type");
    same(delivery.event.send.extra, { note: "Grüße, 東京 🙂" }, "extra");
    same(delivery.idempotencyKey, EVENT.event_id, "idempotencyKey");
    for (const [payload, code] of [["", "invalid_json"], ["{", "invalid_json"], ["null", "invalid_event"], ["{}", "invalid_event"], ["[]", "invalid_event"]]) {
      refused(library, code, () => library.parse(payload));
    }
  });

  test("parse: errors name line, column and path, and not the payload", () => {
    const json = refused(library, "invalid_json", () => library.parse('{\n  "event_type": oops-private\n}'));
    ok(/line 2 column \d+/.test(json.message), json.message);
    const event = refused(library, "invalid_event", () => library.parse('{"event_type":"message.sent","send":{"inbox_id":["private"]}}'));
    ok(event.message.includes("send.inbox_id"), event.message);
    for (const { message, hint } of [json, event]) ok(!`${message}${hint}`.includes("private"), message);
  });

  test("verify(): in one call", () => {
    const { headers, webhook } = genuine(library);
    same(library.verify(PAYLOAD, headers, SECRET, { now: () => NOW }), webhook.verify(PAYLOAD, headers), "verification");
    same(library.verify(PAYLOAD, headers, [SECRET], { now: () => NOW }), { scheme: "standard", id: "msg_1", timestamp: NOW, secretIndex: 0 }, "verification");
    refused(library, "signature_mismatch", () => library.verify("{}", headers, SECRET, { now: () => NOW }));
  });

  test("receive: nothing is parsed before a signature holds", () => {
    const { headers, webhook } = genuine(library);
    refused(library, "signature_mismatch", () => webhook.receive("{", headers));
    refused(library, "missing_header", () => webhook.receive("{", {}));
  });

  test("events: __proto__ and constructor are kept, and pollute nothing", () => {
    const hostile = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1,"toString":null}';
    const message = `{"inbox_id":"i","thread_id":"t","message_id":"m","headers":${hostile},${hostile.slice(1)}`;
    const payload = `{"event_type":"message.received","message":${message},${hostile.slice(1)}`;
    const event = library.parse(payload);
    const places = [event.extra, event.message.extra, event.message.headers];
    places.push(library.parse(`{"event_type":"message.new","data":${hostile}}`).payload.data);
    places.push(library.parse(`{"event_type":"message.new",${hostile.slice(1)}`).payload);
    for (const place of places) {
      same(Object.getPrototypeOf(place), Object.prototype, "prototype");
      ok(Object.hasOwn(place, "__proto__") && Object.hasOwn(place, "constructor"), "kept");
      same(Object.getOwnPropertyDescriptor(place, "__proto__").value, { polluted: true }, "__proto__");
      same(place.polluted, undefined, "polluted");
    }
    same({}.polluted, undefined, "polluted");
    same(JSON.parse(JSON.stringify(event)), event, "JSON and back");
    // These names are also safe as the name of an event.
    for (const name of ["__proto__", "constructor", "toString"]) {
      same(library.parse(JSON.stringify({ event_type: name })), { event_type: "unknown", wire_type: name, payload: { event_type: name } }, name);
    }
  });

  test("events: text comes through unchanged", () => {
    for (const text of ["\u2028\u2029", "\u0000\u001f\u007f", "\ud83d\ude42", "\uFEFF", "é", "e\u0301", "</script>", "\\\"", "x".repeat(70_000)]) {
      const payload = JSON.stringify({ event_type: "message.sent", send: { ...EVENT.send, recipients: [] }, text });
      same(library.parse(payload).extra.text, text, "text");
      const delivery = genuine(library, payload);
      same(delivery.webhook.receive(payload, delivery.headers).event.extra.text, text, "text");
    }
  });

  test("events: the caller may change them", () => {
    const event = library.parse(PAYLOAD);
    event.send.recipients.push({ email: "a@b" });
    event.event_id = "changed";
    same(library.parse(PAYLOAD).event_id, EVENT.event_id, "event_id");
  });
}

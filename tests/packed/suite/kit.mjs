// A genuine delivery, for the tests that bend one thing in it.

export const NOW = 1_700_000_000;
export const SECRET = "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=";
export const OTHER_SECRET = "whsec_c29tZSBvdGhlciBzZWNyZXQgaGVyZQ==";

export const EVENT = {
  event_type: "message.sent",
  event_id: "evt_1",
  send: { inbox_id: "inbox_1", thread_id: "thread_1", message_id: "<1@mail.example>", recipients: [{ email: "jane@mail.example" }] },
};

/** On the wire, with text outside ASCII, so that decoding and encoding again would show. */
export const PAYLOAD = JSON.stringify({
  ...EVENT,
  type: "event",
  send: { ...EVENT.send, recipients: ["jane@mail.example"], note: "Grüße, 東京 🙂" },
});

export function genuine(library, payload = PAYLOAD, options = {}) {
  const webhook = new library.Webhook(SECRET, { now: () => NOW });
  const headers = webhook.sign(payload, { id: "msg_1", ...options });
  return { webhook, payload, headers };
}

export const encode = (text) => new TextEncoder().encode(text);

/** By way of JSON. In the edge runtime of `next start`, what structuredClone() gives is of another realm. */
export const plain = (value) => JSON.parse(JSON.stringify(value));

// The deliveries of the demo: genuine ones, signed by Svix's own library as AgentMail signs them, and forgeries, each
// with the expected outcome.

import { createHmac, randomBytes } from "node:crypto";
import { Webhook as Svix } from "svix";

export const newSecret = () => `whsec_${randomBytes(24).toString("base64")}`;

/**
 * Returns lists of `{ title, payload, headers, expected }`, signed now. A list of values is sent as several headers.
 * `expected` has the status of the answer and either `event` and `idempotencyKey` or the `code` of the refusal.
 */
export function deliveries(secret) {
  const received = genuine(secret, MESSAGE_RECEIVED, CANONICAL_MESSAGE_RECEIVED);
  const { payload, headers } = received;
  const hourAgo = new Date(Date.now() - 3_600_000);
  const body = createHmac("sha256", secret).update(payload).digest("hex");
  return {
    genuine: [
      { title: `a mail has come, in German and Japanese, with attachments: ${payload.length} bytes of JSON`, ...received },
      { title: "the agent's answer was sent", ...genuine(secret, MESSAGE_SENT, CANONICAL_MESSAGE_SENT) },
      { title: "an event of the future, which this version does not know", ...genuine(secret, NEW_EVENT, CANONICAL_NEW_EVENT) },
    ],
    forged: [
      {
        title: "the first one, with one bit flipped on the way: 1 Kiste (crate) became 9",
        payload: flipped(payload),
        headers,
        expected: { status: 401, code: "signature_mismatch" },
      },
      {
        title: "a genuine delivery, recorded an hour ago, replayed now",
        payload,
        headers: signed(secret, payload, hourAgo),
        expected: { status: 401, code: "timestamp_too_old" },
      },
      {
        title: "signed with another secret",
        payload,
        headers: signed(newSecret(), payload),
        expected: { status: 401, code: "signature_mismatch" },
      },
      {
        title: "not signed at all",
        payload,
        headers: {},
        expected: { status: 400, code: "missing_header" },
      },
      {
        title: "the right secret, but a scheme that was not configured and cannot detect replay",
        payload,
        headers: { "x-agentmail-signature": `sha256=${body}` },
        expected: { status: 401, code: "wrong_scheme" },
      },
      {
        title: "a genuine delivery, with a second svix-id slipped in so that it looks new",
        payload,
        headers: { ...headers, "svix-id": [headers["svix-id"], "msg_new"] },
        expected: { status: 400, code: "conflicting_headers" },
      },
    ],
  };
}

function genuine(secret, wire, event) {
  const payload = Buffer.from(JSON.stringify(wire));
  const headers = signed(secret, payload);
  return { payload, headers, expected: { status: 200, event, idempotencyKey: event.event_id } };
}

function signed(secret, payload, time = new Date()) {
  const id = `msg_${randomBytes(12).toString("hex")}`;
  return {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(time / 1000)),
    "svix-signature": new Svix(secret).sign(id, time, payload),
  };
}

/** Returns the payload with a 9 in place of a 1, which differ in one bit in ASCII. */
function flipped(payload) {
  const copy = Buffer.from(payload);
  copy[copy.indexOf("1 Kiste")] ^= 0b1000;
  return copy;
}

const TEXT = `こんにちは、Grüße aus Köln! 👋

vielen Dank für das schöne Gespräch in Kyōto. Wie besprochen möchten wir bestellen:

  • 1 Kiste 煎茶 (Sencha), erste Pflückung, 12 Dosen à 100 g
  • 2 Kisten ほうじ茶 (Hōjicha), geröstet, 24 Beutel à 250 g
  • 抹茶 (Matcha) für die Zeremonie, nur wenn es aus 宇治 (Uji) ist 🍵

Bitte liefern Sie bis zum 15. März an das Lager in der Roßstraße 7, Hinterhof, Tür links. Die
Rampe ist zwischen 8 und 16 Uhr besetzt; außerhalb dieser Zeit hilft Frau Müller-Lüdenscheidt
unter der Nummer auf dem Lieferschein. Paletten nehmen wir nur getauscht zurück.

お支払いは今月末までに銀行振込でお願いいたします。請求書を添付いたしましたので、ご確認ください。
納期に変更がございましたら、このメールにご返信ください。今後ともよろしくお願い申し上げます。

Ein Hinweis noch: Auf der letzten Rechnung stand "Teehaus Grün & Söhne" mit <ue> statt ü. Unser
Steuerbüro nimmt das genau ("Da müsste ja jeder kommen!"), also bitte mit Umlaut. Im Anhang sind
die Bestellung als PDF, ein Foto vom letzten Tee 📷 und unser Logo für die Etiketten.

Mit freundlichen Grüßen
敬具

Jürgen Weiß
Teehaus Grün & Söhne · 緑茶館 · Köln
`;
const HTML = `<html><body>${TEXT.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>\r\n")}</body></html>`;
const PREVIEW = "こんにちは、Grüße aus Köln! 👋 vielen Dank für das schöne Gespräch in Kyōto.";
const SUBJECT = "Bestellung 注文書 Nr. 2041 – bitte bis März 🍵";
const ATTACHMENTS = [
  { attachment_id: "att_01", filename: "Bestellung-2041.pdf", content_type: "application/pdf", size: 84213 },
  { attachment_id: "att_02", filename: "お茶の写真.jpg", content_type: "image/jpeg", size: 1204888 },
  {
    attachment_id: "att_03",
    filename: "logo.png",
    content_type: "image/png",
    content_disposition: "inline",
    content_id: "<logo@teehaus.example>",
    size: 5120,
  },
];

/** The members that the message on the wire and the canonical one share. */
const MESSAGE = {
  organization_id: "org_7f3a",
  inbox_id: "orders@agentmail.example",
  thread_id: "thd_58c1",
  message_id: "<20410001@teehaus.example>",
  labels: ["received", "unread"],
  timestamp: "2026-02-27T08:30:00.000Z",
  subject: SUBJECT,
  preview: PREVIEW,
  text: TEXT,
  html: HTML,
  extracted_text: TEXT,
  attachments: ATTACHMENTS,
  in_reply_to: "<20400007@agentmail.example>",
  references: ["<20390001@teehaus.example>", "<20400007@agentmail.example>"],
  headers: { "X-Mailer": "Teepost 3.1", "Content-Language": "de, ja" },
  size: 1308642,
  updated_at: "2026-02-27T08:30:02.000Z",
  created_at: "2026-02-27T08:30:01.000Z",
};
const THREAD = {
  inbox_id: "orders@agentmail.example",
  thread_id: "thd_58c1",
  labels: ["received", "unread"],
  timestamp: "2026-02-27T08:30:00.000Z",
  received_timestamp: "2026-02-27T08:30:00.000Z",
  sent_timestamp: "2026-02-26T15:04:05.000Z",
  subject: SUBJECT,
  preview: PREVIEW,
  attachments: ATTACHMENTS,
  last_message_id: "<20410001@teehaus.example>",
  message_count: 3,
  size: 1402001,
  updated_at: "2026-02-27T08:30:02.000Z",
  created_at: "2026-02-25T09:00:00.000Z",
};

const MESSAGE_RECEIVED = {
  type: "event",
  event_type: "message.received",
  event_id: "evt_9b2c71",
  message: {
    ...MESSAGE,
    from: '"Weiß, Jürgen (緑茶館)" <juergen.weiss@teehaus.example>',
    to: ["緑屋 Midori-ya <orders@agentmail.example>"],
    cc: ["buchhaltung@teehaus.example"],
    importance: "high",
  },
  thread: {
    ...THREAD,
    senders: ['"Weiß, Jürgen (緑茶館)" <juergen.weiss@teehaus.example>'],
    recipients: ["緑屋 Midori-ya <orders@agentmail.example>", "buchhaltung@teehaus.example"],
  },
};
const CANONICAL_MESSAGE_RECEIVED = {
  event_type: "message.received",
  event_id: "evt_9b2c71",
  message: {
    ...MESSAGE,
    from: [{ name: "Weiß, Jürgen (緑茶館)", email: "juergen.weiss@teehaus.example" }],
    reply_to: [],
    to: [{ name: "緑屋 Midori-ya", email: "orders@agentmail.example" }],
    cc: [{ email: "buchhaltung@teehaus.example" }],
    bcc: [],
    body_omitted: false,
    extra: { importance: "high" },
  },
  thread: {
    ...THREAD,
    senders: [{ name: "Weiß, Jürgen (緑茶館)", email: "juergen.weiss@teehaus.example" }],
    recipients: [
      { name: "緑屋 Midori-ya", email: "orders@agentmail.example" },
      { email: "buchhaltung@teehaus.example" },
    ],
    participants: [],
  },
};

const SEND = {
  inbox_id: "orders@agentmail.example",
  thread_id: "thd_58c1",
  message_id: "<20410002@agentmail.example>",
  timestamp: "2026-02-27T08:31:00.000Z",
};
const MESSAGE_SENT = {
  type: "event",
  event_type: "message.sent",
  event_id: "evt_9b2c72",
  send: { ...SEND, recipients: ["juergen.weiss@teehaus.example"] },
};
const CANONICAL_MESSAGE_SENT = {
  event_type: "message.sent",
  event_id: "evt_9b2c72",
  send: { ...SEND, recipients: [{ email: "juergen.weiss@teehaus.example" }] },
};

const NEW_EVENT = {
  type: "event",
  event_type: "message.translated",
  event_id: "evt_9b2c73",
  translation: { message_id: "<20410001@teehaus.example>", language: "ja" },
};
const CANONICAL_NEW_EVENT = {
  event_type: "unknown",
  wire_type: "message.translated",
  event_id: "evt_9b2c73",
  payload: NEW_EVENT,
};

// The payloads: `message.received` as AgentMail's event reference shows it, in three kinds and five sizes, the same in
// every run. `node bodies.mjs <directory>` writes them into files, which every benchmark reads.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHINESE, EMOJI, ENGLISH, GERMAN } from "./words.mjs";

export const SIZES = { "1 KB": 1 << 10, "4 KB": 1 << 12, "16 KB": 1 << 14, "128 KB": 1 << 17, "1 MB": 1 << 20 };
export const KINDS = ["ascii", "non-ascii", "html"];

/** The generator mulberry32: small, and the same on every platform. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Writer {
  constructor(seed, kind) {
    this.next = random(seed);
    this.kind = kind;
  }

  below(limit) {
    return Math.floor(this.next() * limit);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  digits(count, alphabet = "0123456789abcdef") {
    return Array.from({ length: count }, () => this.pick(alphabet)).join("");
  }

  sentence() {
    const words = 5 + this.below(14);
    const language = this.kind === "non-ascii" ? this.pick([GERMAN, CHINESE, ENGLISH]) : ENGLISH;
    const text = Array.from({ length: words }, () => this.pick(language)).join(language === CHINESE ? "" : " ");
    if (language === CHINESE) return `${text}。`;
    const end = this.kind === "non-ascii" && this.below(4) === 0 ? ` ${this.pick(EMOJI)}` : "";
    return `${text[0].toUpperCase()}${text.slice(1)}${this.pick([".", ".", ".", "?", "!", ","])}${end} `;
  }

  /** Returns lines in the style of personal mail: paragraphs, quotes, lists, now and then an address or an amount. */
  paragraph() {
    const sentences = () => Array.from({ length: 1 + this.below(4) }, () => this.sentence()).join("").trimEnd();
    const number = this.below(100000);
    switch (this.below(8)) {
      case 0:
        return `> ${sentences()}\r\n`;
      case 1:
        return `- ${sentences()}\r\n- ${sentences()}\r\n`;
      case 2:
        return `${sentences()} https://example.com/orders/${number}?ref=${this.digits(8)}\r\n\r\n`;
      case 3:
        return `"${sentences()}" (${number / 100} EUR)\r\n\r\n`;
      default:
        return `${sentences()}\r\n\r\n`;
    }
  }

  /** Returns HTML in the style of newsletters and shops: tables, styles and tracking links, more markup than text. */
  block() {
    const colour = `#${this.digits(6)}`;
    const link = `https://click.example.com/u/?qs=${this.digits(64)}&amp;utm_source=mail&amp;utm_campaign=${this.pick(ENGLISH)}`;
    switch (this.below(4)) {
      case 0:
        return `\t<tr>\r\n\t\t<td align="left" valign="top" style="padding:${this.below(40)}px 24px;font-family:'Helvetica Neue',Arial,sans-serif;color:${colour};">\r\n\t\t\t<p class="body-text" style="margin:0 0 16px;">${this.sentence()}<br>\r\n${this.sentence()}</p>\r\n\t\t</td>\r\n\t</tr>\r\n`;
      case 1:
        return `\t<tr><td class="button"><a href="${link}" target="_blank" rel="noopener" style="display:inline-block;background-color:${colour};border-radius:4px;">${this.sentence().trimEnd()}&nbsp;&rarr;</a></td></tr>\r\n`;
      case 2:
        return `\t<tr><td><img src="https://images.example.com/${this.digits(24)}.png" alt="${this.sentence().trimEnd()}" width="${100 + this.below(500)}" height="${20 + this.below(300)}" border="0"></td></tr>\r\n`;
      default:
        return `\t<tr>\r\n\t\t<td><ul>\r\n\t\t\t<li style="color:${colour}">${this.sentence()}</li>\r\n\t\t\t<li><strong>${this.pick(ENGLISH)}</strong>: ${this.sentence()}</li>\r\n\t\t</ul></td>\r\n\t</tr>\r\n`;
    }
  }

  person() {
    const name = this.kind === "non-ascii" ? `${this.pick(["Jürgen", "Zoë", "小明", "Søren"])} ${this.pick(["Müller", "Schäfer", "王", "Øberg"])}` : `${this.pick(["Sarah", "Michael", "Grace"])} ${this.pick(["Lane", "Hughes", "Ward"])}`;
    return `${name} <${this.digits(6, "abcdefghijklmnopqrstuvwxyz")}@example.com>`;
  }
}

/** Joins pieces from `make` into a text that takes `bytes` bytes in JSON. */
function fill(make, bytes) {
  let text = "";
  for (let used = 0; used < bytes; ) {
    const more = make();
    const length = Buffer.byteLength(JSON.stringify(more)) - 2;
    if (used + length > bytes) {
      // The last piece is cut, between characters and outside of surrogate pairs.
      const points = Array.from(more);
      while (points.length > 0 && used + Buffer.byteLength(JSON.stringify(points.join(""))) - 2 > bytes) points.length -= Math.max(1, points.length >> 4);
      return text + points.join("");
    }
    text += more;
    used += length;
  }
  return text;
}

function event(kind, bytes, writer) {
  const time = "2026-03-14T09:26:53.589Z";
  const ids = {
    inbox_id: `agent-${writer.digits(4)}@agentmail.to`,
    thread_id: writer.digits(24),
  };
  const messageId = `<${writer.digits(16)}@mail.example.com>`;
  const from = writer.person();
  const to = [`Support <${ids.inbox_id}>`];
  const subject = Array.from(writer.sentence().trimEnd()).slice(0, bytes > 2048 ? 60 : 24).join("");
  const message = {
    ...ids,
    message_id: messageId,
    labels: ["received", "unread"],
    timestamp: time,
    from,
    to,
    subject,
    preview: "",
    text: "",
    size: bytes,
    updated_at: time,
    created_at: time,
  };
  const thread = {
    ...ids,
    labels: ["received", "unread"],
    timestamp: time,
    senders: [from],
    recipients: to,
    subject,
    preview: "",
    last_message_id: messageId,
    message_count: 1 + writer.below(9),
    size: bytes,
    updated_at: time,
    created_at: time,
  };
  // The smallest mail has only the members above; the others have all of these too.
  if (bytes > 2048) {
    const other = `<${writer.digits(16)}@mail.example.com>`;
    const attachments = ["report.pdf", "photo.jpg"].map((filename) => ({
      attachment_id: writer.digits(24),
      filename,
      content_type: filename.endsWith("pdf") ? "application/pdf" : "image/jpeg",
      content_disposition: "attachment",
      size: writer.below(1e6),
    }));
    Object.assign(message, {
      organization_id: writer.digits(24),
      reply_to: [from],
      cc: [writer.person(), writer.person()],
      attachments,
      in_reply_to: other,
      references: [other, `<${writer.digits(16)}@mail.example.com>`],
      headers: {
        "Message-ID": messageId,
        "MIME-Version": "1.0",
        "Content-Type": `multipart/mixed; boundary="${writer.digits(28)}"`,
        "X-Mailer": "Example Mail 16.0",
        "DKIM-Signature": `v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; bh=${writer.digits(44)}; b=${writer.digits(172)}`,
        "List-Unsubscribe": `<https://example.com/unsubscribe/${writer.digits(32)}>`,
      },
    });
    Object.assign(thread, { received_timestamp: time, sent_timestamp: time, attachments });
  }
  const whole = { type: "event", event_type: "message.received", event_id: `evt_${writer.digits(24)}`, message, thread };
  const preview = fill(() => writer.sentence(), bytes > 2048 ? 140 : 24);
  message.preview = preview;
  thread.preview = preview;
  if (kind === "html") message.html = "";
  // The smallest mail is a little longer than 1 KB, so that it has some content.
  const room = Math.max(160, bytes - Buffer.byteLength(JSON.stringify(whole)));
  if (kind === "html") {
    message.html = fill(() => writer.block(), Math.floor(room * 0.85));
    message.text = fill(() => writer.paragraph(), room - Math.floor(room * 0.85));
  } else {
    message.text = fill(() => writer.paragraph(), room);
  }
  return JSON.stringify(whole);
}

/** The file of a payload. */
export const fileOf = (directory, kind, size) => join(directory, `${kind}-${SIZES[size] / 1024}k.json`);

/** The payload of this kind and of about this many bytes. */
export const body = (kind, bytes) => event(kind, bytes, new Writer(bytes * 31 + KINDS.indexOf(kind), kind));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , directory] = process.argv;
  mkdirSync(directory, { recursive: true });
  for (const [size, bytes] of Object.entries(SIZES)) {
    for (const kind of KINDS) writeFileSync(fileOf(directory, kind, size), body(kind, bytes));
  }
}

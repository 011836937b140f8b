// An application that handles deliveries. Yours would answer the mail; this one logs what it saw, one line of JSON
// each time. The demo prints this log and nothing else.

/** Handles a genuine delivery, as `Webhook.receive` returns it. */
export function handle({ event, idempotencyKey }) {
  log({ event, idempotencyKey, saw: { "event.event_type": event.event_type, ...look(event), idempotencyKey } });
}

export function log(entry) {
  console.log(JSON.stringify(entry));
}

/** Returns the values to log. `event_type` determines the other members, also for TypeScript. */
function look(event) {
  switch (event.event_type) {
    case "message.received": {
      const { message, thread } = event;
      const files = message.attachments.map((file, index) => [
        `event.message.attachments[${index}]`,
        `${file.filename}, ${file.content_type}, ${file.size} bytes`,
      ]);
      return {
        "event.message.from[0].name": message.from[0].name,
        "event.message.from[0].email": message.from[0].email,
        "event.message.subject": message.subject,
        "event.message.text": `${message.text.split("\n").find((line) => line.includes("1 Kiste"))} …`,
        ...Object.fromEntries(files),
        "event.message.extra": message.extra,
        "event.thread.message_count": thread.message_count,
      };
    }
    case "message.sent":
      return { "event.send.message_id": event.send.message_id, "event.send.recipients": event.send.recipients };
    case "unknown":
      return { "event.wire_type": event.wire_type, "event.payload.translation": event.payload.translation };
    default:
      return {};
  }
}

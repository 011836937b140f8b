// Deliveries, signed by Svix's own library, as AgentMail does it.

import { randomBytes } from "node:crypto";
import { Webhook as Svix } from "svix";

export const SECRET = `whsec_${randomBytes(24).toString("base64")}`;

/** A mail, with what is printed of it. */
export function mail(subject) {
  const id = `msg_${subject}`;
  const body = JSON.stringify({
    type: "event",
    event_type: "message.received",
    message: { inbox_id: "inbox_1", thread_id: "thread_1", message_id: `<${id}@mail.example>`, from: "Jürgen <j@mail.example>", subject },
  });
  return { id, body, printed: `j@mail.example wrote: ${subject}` };
}

/** Its delivery. Attempts to deliver the same mail have the same id, and a signature of their own. */
export function delivery({ body, id }) {
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "svix-id": id,
    "svix-timestamp": `${Math.floor(now / 1000)}`,
    "svix-signature": new Svix(SECRET).sign(id, now, body),
  };
  return { headers, body };
}

/** Changed after it was signed. */
export function forgery(mail) {
  return { ...delivery(mail), body: mail.body.replace("thread_1", "thread_2") };
}

/** Not signed at all. */
export function unsigned({ body }) {
  return { headers: { "content-type": "application/json" }, body };
}

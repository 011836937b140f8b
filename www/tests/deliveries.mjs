// Deliveries that the page is given. They are signed here, by the library in Node.

import { Webhook } from "agentmail-webhooks";
import { sample } from "agentmail-webhooks/testing";

export const SECRETS = {
  standard: "whsec_dGVzdC1vZi10aGUtcGxheWdyb3VuZC0wMQ==",
  timestamped: "test-of-the-playground-02",
  body: "test-of-the-playground-03",
};

export const now = () => Math.floor(Date.now() / 1000);

export function signed(body, { scheme = "standard", timestamp = now(), id = "msg_test" } = {}) {
  const secret = SECRETS[scheme];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { headers: new Webhook({ secret, scheme }).sign(text, { id, timestamp }), body: text, secret, scheme };
}

/** Short, to be typed. */
export const SMALL = { event_type: "message.opened", open: { inbox_id: "i", thread_id: "t", message_id: "m" } };

export { sample };

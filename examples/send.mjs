// Sends a delivery to an endpoint, signed as AgentMail signs it. In the directory of an example:
//   node --env-file=.env ../send.mjs http://localhost:3000/webhooks

import { createHmac, randomUUID } from "node:crypto";

const [url = "http://localhost:3000/webhooks"] = process.argv.slice(2);
const secret = process.env.AGENTMAIL_WEBHOOK_SECRET;
if (!secret) throw new Error("AGENTMAIL_WEBHOOK_SECRET is not set: it stands in .env");

const body = JSON.stringify({
  type: "event",
  event_type: "message.received",
  event_id: randomUUID(),
  message: {
    inbox_id: "inbox_1",
    thread_id: "thread_1",
    message_id: "<1@example.com>",
    from: "Jane <jane@example.com>",
    subject: "Hello",
  },
});

const id = `msg_${randomUUID()}`;
const timestamp = Math.floor(Date.now() / 1000);
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");

const headers = {
  "content-type": "application/json",
  "svix-id": id,
  "svix-timestamp": `${timestamp}`,
  "svix-signature": `v1,${signature}`,
};
const response = await fetch(url, { method: "POST", headers, body });
console.log(response.status);

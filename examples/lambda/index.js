import { webhookHandler } from "agentmail-webhooks/lambda";

export const handler = webhookHandler({
  secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
  on: {
    "message.received": async ({ message }) => {
      console.log(`${message.from[0]?.email} wrote: ${message.subject}`);
    },
  },
});

// One application for Node and for Cloudflare Workers. What differs comes with the environment.

import { Hono } from "hono";
import type { DeliveryStore } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/hono";

interface Environment {
  AGENTMAIL_WEBHOOK_SECRET: string | undefined;
  store: DeliveryStore;
}

export const app = new Hono<{ Bindings: Environment }>();

app.post(
  "/webhooks",
  webhookHandler({
    secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
    store: (env) => env.store,
    on: {
      "message.received": async ({ message }) => {
        console.log(`${message.from[0]?.email} wrote: ${message.subject}`);
      },
    },
  }),
);

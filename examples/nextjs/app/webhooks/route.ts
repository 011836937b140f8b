// Handles each mail once, in any number of functions: Redis remembers what was handled.

import { Redis } from "ioredis";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { redisStore } from "agentmail-webhooks/stores/redis";

// `next build` loads this file, where there is neither Redis nor the secret: both wait for the first delivery.
const redis = new Redis(process.env.REDIS_URL ?? "redis://localhost:6379", { lazyConnect: true });

export const POST = webhookHandler({
  secret: () => process.env.AGENTMAIL_WEBHOOK_SECRET,
  store: redisStore(([name, ...values]) => redis.call(name, ...values), { endpoint: "support" }),
  on: {
    "message.received": async ({ message }) => {
      console.log(`${message.from[0]?.email} wrote: ${message.subject}`);
    },
  },
});

// Handles each mail once, on any number of servers: Redis remembers what was handled.

import express from "express";
import { createClient } from "redis";
import { webhookHandler } from "agentmail-webhooks/express";
import { redisStore } from "agentmail-webhooks/stores/redis";

const { AGENTMAIL_WEBHOOK_SECRET, REDIS_URL, HOST = "localhost", PORT = "3000" } = process.env;

// Without a connection, commands fail at once: the answer is 500, and the sender tries again.
const redis = await createClient({ url: REDIS_URL, disableOfflineQueue: true }).on("error", console.error).connect();

const app = express();

// Before express.json(), because the raw body is what was signed.
app.post(
  "/webhooks",
  webhookHandler({
    secret: AGENTMAIL_WEBHOOK_SECRET,
    store: redisStore((command) => redis.sendCommand(command), { endpoint: "support" }),
    on: {
      "message.received": async ({ message }) => {
        console.log(`${message.from[0]?.email} wrote: ${message.subject}`);
      },
    },
  }),
);

app.use(express.json());

const server = app.listen(Number(PORT), HOST, () => {
  console.log(`Listening on http://${HOST}:${server.address().port}/webhooks`);
});

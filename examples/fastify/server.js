// Handles each mail once, on one server: it remembers in memory what was handled.

import Fastify from "fastify";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { memoryStore } from "agentmail-webhooks/stores/memory";

const { AGENTMAIL_WEBHOOK_SECRET, HOST = "localhost", PORT = "3000" } = process.env;

const app = Fastify({ logger: true });

// The plugin has a parser of bodies of its own. Other routes keep theirs.
app.register(webhookPlugin, {
  path: "/webhooks",
  secret: AGENTMAIL_WEBHOOK_SECRET,
  store: memoryStore(),
  on: {
    "message.received": async ({ message }, _delivery, { request }) => {
      request.log.info(`${message.from[0]?.email} wrote: ${message.subject}`);
    },
  },
  onError: (error, { request }) => request.log.warn(error),
});

await app.listen({ host: HOST, port: Number(PORT) });

// In Node, which remembers in memory what was handled: enough for one server.

import { serve } from "@hono/node-server";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { app } from "./app";

const { AGENTMAIL_WEBHOOK_SECRET, HOST = "localhost", PORT = "3000" } = process.env;
const environment = { AGENTMAIL_WEBHOOK_SECRET, store: memoryStore() };

const fetch = (request: Request) => app.fetch(request, environment);

serve({ fetch, hostname: HOST, port: Number(PORT) }, ({ port }) => {
  console.log(`Listening on http://${HOST}:${port}/webhooks`);
});

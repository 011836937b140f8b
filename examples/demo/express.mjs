// A webhook endpoint in Express, as you would write it.

import express from "express";
import { Webhook, WebhookError } from "agentmail-webhooks";
import { handle, log } from "./agent.mjs";

const webhook = new Webhook(process.env.AGENTMAIL_WEBHOOK_SECRET);

const app = express();
app.post("/webhooks", express.raw({ type: () => true, limit: "5mb" }), (request, response) => {
  try {
    handle(webhook.receive(request.body, request.headers));
    response.sendStatus(200);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    log({ code: error.code, status: error.status, message: error.message, hint: error.hint });
    response.sendStatus(error.status);
  }
});
const server = app.listen(process.env.PORT ?? 3000, "127.0.0.1", () => log({ port: server.address().port }));

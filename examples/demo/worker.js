// A webhook endpoint in a Cloudflare Worker, as you would write it.

import { Webhook, WebhookError } from "agentmail-webhooks";
import { handle, log } from "./agent.mjs";

let webhook;

export default {
  async fetch(request, env) {
    webhook ??= new Webhook(env.AGENTMAIL_WEBHOOK_SECRET);
    try {
      handle(webhook.receive(await request.arrayBuffer(), request.headers));
      return new Response("OK");
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      log({ code: error.code, status: error.status, message: error.message, hint: error.hint });
      return new Response(error.code, { status: error.status });
    }
  },
};

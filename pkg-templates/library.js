// The exports of the package in every runtime, except `init`.

export { Webhook, WebhookError, parse, verify } from "./webhook.js";

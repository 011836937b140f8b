// The exports of `agentmail-webhooks/explain` in every runtime, except `init`: all those of the package, so that tools load
// only one module.

export { explain } from "./explain.js";
export { Webhook, WebhookError, parse, verify } from "./webhook.js";

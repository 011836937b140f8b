// What `agentmail-webhooks/explain` exports in every runtime, beside `init`: all that the package does, so that tools load
// one module.

export { explain } from "./explain.js";
export { Webhook, WebhookError, parse, verify } from "./webhook.js";

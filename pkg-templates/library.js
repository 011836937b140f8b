// What the package exports in every runtime, beside `init`.

export { Webhook, WebhookError, parse, verify } from "./webhook.js";

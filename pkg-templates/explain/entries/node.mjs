export { Webhook, WebhookError, explain, init, parse, verify } from "./node.cjs";

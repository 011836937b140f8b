export { Webhook, WebhookError, init, parse, verify } from "./node.cjs";

// Browsers fetch the module, so `await init()` comes first.

import load from "./agentmail_webhooks.js";
import { moduleIsLoaded } from "./webhook.js";

export { Webhook, WebhookError, explain, parse, verify } from "./webhook.js";

export async function init(source) {
  moduleIsLoaded(await load(source === undefined ? undefined : { module_or_path: source }));
}

// Cloudflare Workers: the platform compiles the module that is imported.

import module from "./agentmail_webhooks_bg.wasm";
import { initSync } from "./agentmail_webhooks.js";
import { moduleIsLoaded } from "./webhook.js";

initSync({ module });
moduleIsLoaded();

export { Webhook, WebhookError, explain, parse, verify } from "./webhook.js";
/** Only browsers have something to wait for. */
export async function init() {}

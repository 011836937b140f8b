// For the entries that have the wasm module when they are loaded: nothing is to be waited for.

import { initSync } from "./agentmail_webhooks.js";
import { moduleIsLoaded } from "./webhook.js";

/** Takes a compiled module, or its bytes where compiling is allowed; and what the runtime does faster, if anything. */
export function load(module, host) {
  moduleIsLoaded(initSync({ module }), host);
}

export { Webhook, WebhookError, explain, parse, verify } from "./webhook.js";
/** Only browsers have something to wait for. */
export async function init() {}

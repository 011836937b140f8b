// Node, and what resolves like it (Deno, Bun). Bundled to CommonJS, so that `import` and `require`
// share one module, one wasm instance and one `WebhookError`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { initSync } from "./agentmail_webhooks.js";
import { moduleIsLoaded } from "./webhook.js";

initSync({ module: readFileSync(join(__dirname, "agentmail_webhooks_bg.wasm")) });
moduleIsLoaded();

export { Webhook, WebhookError, explain, parse, verify } from "./webhook.js";
/** Only browsers have something to wait for. */
export async function init() {}

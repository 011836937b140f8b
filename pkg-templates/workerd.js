// Cloudflare Workers: the platform compiles the module that is imported.

import module from "./agentmail_webhooks_bg.wasm";
import { load } from "./sync.js";

load(module);

export { Webhook, WebhookError, explain, init, parse, verify } from "./sync.js";

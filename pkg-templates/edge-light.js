// Vercel's Edge runtime, also that of Next.js: the build compiles what is imported with `?module`.

import module from "./agentmail_webhooks_bg.wasm?module";
import { load } from "./sync.js";

load(module);

export { Webhook, WebhookError, explain, init, parse, verify } from "./sync.js";

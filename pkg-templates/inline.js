// The module inside the script, as base64: no file, no request, nothing for a bundler to know.

import bytes from "./agentmail_webhooks_bg.wasm";
import { load } from "./sync.js";

load(bytes);

export { Webhook, WebhookError, explain, init, parse, verify } from "./sync.js";

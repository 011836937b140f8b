// The module inside the script, as base64: no file, no request, nothing for a bundler to know. It is built
// twice: for Node, and what resolves like it (Deno, Bun), into node.cjs, which `import` and `require` share,
// so that there is one wasm instance and one `WebhookError`; for all else into an ES module.

import bytes from "./agentmail_webhooks_bg.wasm";
import { load } from "./sync.js";

load(bytes);

export { Webhook, WebhookError, explain, init, parse, verify } from "./sync.js";

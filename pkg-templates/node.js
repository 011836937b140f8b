// Node, and what resolves like it (Deno, Bun): the module inside the script, as in inline.js. `import` and `require`
// share what is built of it, so that there is one wasm instance and one `WebhookError`.

import * as crypto from "node:crypto";
import bytes from "./agentmail_webhooks_bg.wasm";
import { load } from "./sync.js";

const { latin1Slice, ucs2Slice, utf8Write } = Buffer.prototype;

load(bytes, {
  // Several times as fast as `TextDecoder`.
  text: (memory, start, end, wide) => (wide ? ucs2Slice : latin1Slice).call(memory, start, end),
  write: (memory, text, start) => utf8Write.call(memory, text, start),
  // `hash` came with Node 20.12.
  sha256: crypto.hash
    ? (data) => crypto.hash("sha256", data, "buffer")
    : (data) => crypto.createHash("sha256").update(data).digest(),
  // Below, the call takes longer than the module.
  from: 2048,
});

export { Webhook, WebhookError, explain, init, parse, verify } from "./sync.js";

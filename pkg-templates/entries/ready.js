// For the entries that need not wait for the wasm module.

import { initSync } from "../agentmail_webhooks.js";
import { provide } from "../webhook.js";

/** `module` returns the compiled module, or its bytes where compiling is allowed. It is asked with the first call. */
export function load(module) {
  provide(() => initSync({ module: module() }));
}

/** Only browsers have something to wait for. */
export async function init() {}

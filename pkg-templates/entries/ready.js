// The common part of entries that do not have to wait for the wasm module.

import { initSync } from "../agentmail_webhooks.js";
import { provide } from "../webhook.js";

/** `module` returns the compiled module, or its bytes if compiling is allowed. It is called at the first use. */
export function load(module) {
  provide(() => initSync({ module: module() }));
}

/** Does nothing: only browsers have to wait. */
export async function init() {}

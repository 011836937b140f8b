// Browsers fetch the module, so call `await init()` first.

import load from "../agentmail_webhooks.js";
import { provide } from "../webhook.js";

export * from "../library.js";

export async function init(source) {
  const exports = await load(source === undefined ? undefined : { module_or_path: source });
  provide(() => exports);
}

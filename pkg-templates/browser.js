// Browsers fetch the module, so `await init()` comes first.

import start from "./agentmail_webhooks.js";

export * from "./webhook.js";

export async function init(source) {
  await start(source === undefined ? undefined : { module_or_path: source });
}

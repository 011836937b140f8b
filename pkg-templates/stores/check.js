// What a store is made of, checked when the server starts.

import { checksOf } from "../adapters/check.js";

/** The checks of a store, which a page documents. It brings no verification with it, and so no `WebhookError`. */
export function storeChecks(page) {
  return checksOf(page, ({ message, hint }) => Object.assign(new TypeError(message), { code: "invalid_option", hint }));
}

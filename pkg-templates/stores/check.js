// Validates what a store is made of, when the server starts.

import { checksOf, has } from "../adapters/check.js";

/** Printable ASCII without a space and without the colon, which ends the name in keys. */
const ENDPOINT = /^[!-9;-~]{1,100}$/;

/** The checks of a store, which a page documents. It brings no verification with it, and so no `WebhookError`. */
export function storeChecks(page) {
  return checksOf(page, ({ message, hint }) => Object.assign(new TypeError(message), { code: "invalid_option", hint }));
}

/**
 * Checks the second argument of a store. Returns the name of the endpoint.
 * @param more the names of other options
 */
export function endpointOf(store, options, right, { check, checkNames }, more = []) {
  check(`${store}: the second argument`, typeof options === "object" && options !== null, "an object with the name of the endpoint", right);
  checkNames(options, ["endpoint", ...more], "option");
  const { endpoint } = options;
  const expected = "a name of 1 to 100 printable ASCII characters without spaces and colons";
  check(`${store}: endpoint`, typeof endpoint === "string" && ENDPOINT.test(endpoint), expected, right);
  return endpoint;
}

export function isStore(value) {
  return has(value, "claim", "complete", "release");
}

// Validates the arguments of stores when the server starts.

import { checksOf, has } from "../adapters/check.js";

/** Printable ASCII without spaces, and without the colon, which separates the name in keys. */
const ENDPOINT = /^[!-9;-~]{1,100}$/;

/** Returns the checks of a store, whose errors link to its page. They are not `WebhookError`s, so that stores do not load the wasm module. */
export function storeChecks(page) {
  return checksOf(page, ({ message, hint }) => Object.assign(new TypeError(message), { code: "invalid_option", hint }));
}

/**
 * Validates the second argument of a store. Returns the name of the endpoint.
 * @param more the names of additional options
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

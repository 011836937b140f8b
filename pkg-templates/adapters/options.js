// The options that all adapters take.

import { checksOf, has, isFunction, isObject } from "./check.js";
import { invalidOption } from "./errors.js";
import { EVENT_TYPES } from "./event-types.js";

const MEBIBYTE = 1024 * 1024;
const DAY = 24 * 60 * 60;
const CENTURY = 36_525 * DAY;

const WEBHOOK_OPTIONS = ["scheme", "toleranceSeconds", "now"];
const OPTIONS = ["secret", "on", "onError", "maxBodyBytes", "store", "leaseSeconds", "ttlSeconds", "background", ...WEBHOOK_OPTIONS];
const HANDLERS = [...EVENT_TYPES, "any"];

/** The checks of an adapter, which a page documents. */
export function adapterChecks(page) {
  return checksOf(page, invalidOption);
}

/**
 * The options, with what they are unless set.
 * @param own the names of those that are the adapter's own
 */
export function readOptions(options, { check, checkNames, refuse }, own = []) {
  check("the argument of the adapter", isObject(options), "an object with options");
  checkNames(options, [...OPTIONS, ...own], "option");
  if (!("secret" in options)) refuse("the option secret is missing");
  const { secret, on = {}, onError, maxBodyBytes = 5 * MEBIBYTE, background = false } = options;
  const { store, leaseSeconds = 2 * 60, ttlSeconds = 3 * DAY, scheme, toleranceSeconds, now } = options;

  check("on", isObject(on), "an object with a function for each event type");
  checkNames(on, HANDLERS, "event type");
  for (const [name, handler] of Object.entries(on)) check(`on["${name}"]`, isFunction(handler), "a function");
  check("onError", onError === undefined || isFunction(onError), "a function");
  check("maxBodyBytes", isPositive(maxBodyBytes), "a number over 0");
  check("background", typeof background === "boolean" || isFunction(background), "true, false or a function");
  check("store", store === undefined || isFunction(store) || isStore(store), "a DeliveryStore");
  check("leaseSeconds", isDuration(leaseSeconds), "a number of seconds over 0, up to a century");
  check("ttlSeconds", isDuration(ttlSeconds), "a number of seconds over 0, up to a century");
  const webhookOptions = { scheme, toleranceSeconds, now };
  return { secret, webhookOptions, on, onError, maxBodyBytes, background, store, leaseSeconds, ttlSeconds };
}

export function isStore(value) {
  return has(value, "claim", "complete", "release");
}

function isPositive(value) {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/** Some stores can add no more to their clocks. */
function isDuration(value) {
  return isPositive(value) && value <= CENTURY;
}

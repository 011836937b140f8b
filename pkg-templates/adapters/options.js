// The options of all adapters.

import { isStore } from "../stores/check.js";
import { DEFAULT_LEASE, DEFAULT_TTL, durationChecks } from "../stores/durations.js";
import { checksOf, isFunction, isObject } from "./check.js";
import { invalidOption } from "./errors.js";
import { EVENT_TYPES } from "./event-types.js";

const MEBIBYTE = 1024 * 1024;
/** The year 5138 in unix seconds. Milliseconds since 1973 are greater. */
const FAR_FUTURE = 1e11;

const WEBHOOK_OPTIONS = ["scheme", "toleranceSeconds", "now"];
const CALLBACKS = ["onError", "onWarning", "onOutcome"];
const OPTIONS = ["secret", "on", ...CALLBACKS, "maxBodyBytes", "store", "leaseSeconds", "ttlSeconds", "background", ...WEBHOOK_OPTIONS];
const HANDLERS = [...EVENT_TYPES, "any", "unreadable"];

/** Returns the checks of an adapter, whose errors link to its page. */
export function adapterChecks(page) {
  return checksOf(page, invalidOption);
}

/**
 * Validates the options and adds the defaults.
 * @param own the names of additional options of the adapter
 */
export function readOptions(options, { check, checkNames, refuse }, own = []) {
  check("the argument of the adapter", isObject(options), "an object with options");
  checkNames(options, [...OPTIONS, ...own], "option");
  if (!("secret" in options)) refuse("the option secret is missing");
  const { secret, on = {}, onError, onWarning, onOutcome, maxBodyBytes = 5 * MEBIBYTE, background = false } = options;
  const { store, leaseSeconds = DEFAULT_LEASE, ttlSeconds = DEFAULT_TTL, scheme, toleranceSeconds, now } = options;

  check("on", isObject(on), "an object with a function for each event type");
  checkNames(on, HANDLERS, "event type");
  for (const [name, handler] of Object.entries(on)) check(`on["${name}"]`, isFunction(handler), "a function");
  for (const name of CALLBACKS) check(name, options[name] === undefined || isFunction(options[name]), "a function");
  check("maxBodyBytes", isPositive(maxBodyBytes), "a number over 0");
  check("background", typeof background === "boolean" || isFunction(background), "true, false or a function");
  check("store", store === undefined || isFunction(store) || isStore(store), "a DeliveryStore");
  durationChecks({ leaseSeconds, ttlSeconds }, check);
  checkClock(now, check);
  const webhookOptions = { scheme, toleranceSeconds, now: now && guarded(now) };
  const callbacks = { onError, onWarning, onOutcome };
  return { secret, webhookOptions, on, ...callbacks, maxBodyBytes, background, store, leaseSeconds, ttlSeconds };
}

/** Calls the clock once, because no delivery would verify with one that counts milliseconds. */
function checkClock(now, check) {
  if (now === undefined) return;
  check("now", isFunction(now), "a function that gives unix seconds");
  const time = now();
  const isTime = typeof time === "number" && time >= 0 && time < FAR_FUTURE;
  check("now", isTime, "a function that gives unix seconds", "for the system's clock, () => Date.now() / 1000;");
}

/** A clock that fails refuses no delivery, whatever it throws. */
function guarded(now) {
  return () => {
    try {
      return now();
    } catch (cause) {
      throw new Error("the option now failed", { cause });
    }
  };
}

function isPositive(value) {
  return typeof value === "number" && value > 0 && value < Infinity;
}

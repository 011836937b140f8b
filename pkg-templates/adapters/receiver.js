// What all adapters share: (raw body, headers) -> (outcome, response). An adapter only reads and writes the
// objects of its framework.

import { Webhook, WebhookError } from "agentmail-webhooks";
import { claimDelivery } from "./claim.js";
import { invalidOption } from "./errors.js";
// Made from the Rust definitions when the package is assembled.
import { EVENT_TYPES } from "./event-types.js";

const MEBIBYTE = 1024 * 1024;
const DAY = 24 * 60 * 60;
const CENTURY = 36_525 * DAY;

/**
 * Gives the function that answers a request:
 * `{ method, headers, read, environment, context, waitUntil }` -> `{ status, headers }`. `read(maxBytes)` gives
 * the raw body; `waitUntil(promise)` keeps the process at work after the answer.
 */
export function receiver(options) {
  if (!isObject(options)) throw invalidOption("the argument of the adapter", "an object with options");
  const { secret, on = {}, onError = log, maxBodyBytes = 5 * MEBIBYTE, background = false } = options;
  const { store, leaseSeconds = 2 * 60, ttlSeconds = 3 * DAY, ...webhookOptions } = options;
  checkOptions({ on, onError, maxBodyBytes, background, store, leaseSeconds, ttlSeconds });
  const webhookOf = webhooks(secret, webhookOptions);
  const storeOf = stores(store);

  return async function receive({ method, headers, read, environment, context, waitUntil }) {
    if (method !== "POST") return answer(405, { allow: "POST" });
    const report = reporter(onError, context);
    let delivery;
    try {
      const webhook = await webhookOf(environment);
      delivery = webhook.receive(await read(maxBodyBytes), headers);
    } catch (error) {
      report(error);
      return answer(statusOf(error));
    }
    try {
      const claim = await claimDelivery(await storeOf(environment), delivery.idempotencyKey, { leaseSeconds, ttlSeconds });
      if (claim.state === "in_progress") return busy();
      if (claim.state === "claimed") {
        const work = handle(delivery, context, claim, report);
        if (background) later(work.catch(report), waitUntil, report);
        else await work;
      }
      return answer(200);
    } catch (error) {
      report(error);
      // Another attempt is at work: the sender is to ask again, whatever becomes of it.
      return error?.code === "lease_lost" ? busy() : answer(500);
    }
  };

  async function handle(delivery, context, claim, report) {
    const { event } = delivery;
    try {
      await on[event.event_type]?.(event, delivery, context);
      await on.any?.(event, delivery, context);
    } catch (error) {
      // If this fails too, the lease runs out.
      await attempt(claim.release, report);
      throw error;
    }
    // Nothing is released if this fails: the handler has run, and the store may have heard of it.
    await claim.complete();
  }

  function later(work, waitUntil, report) {
    attempt(() => (typeof background === "function" ? background(work) : waitUntil?.(work)), report);
  }

  function busy() {
    return answer(409, { "retry-after": String(Math.ceil(leaseSeconds)) });
  }
}

function statusOf(error) {
  if (error instanceof WebhookError) return error.status;
  return error?.code === "body_aborted" ? 400 : 500;
}

function answer(status, headers = {}) {
  return { status, headers };
}

/** The `Webhook` of an environment. A secret that is a value is checked when the server starts. */
function webhooks(secret, options) {
  if (typeof secret !== "function") {
    const webhook = new Webhook(secret, options);
    return () => webhook;
  }
  let known;
  let webhook;
  return async (environment) => {
    const secrets = await secret(environment);
    // Asked each time, because secrets are rotated; made again only when they are.
    const text = JSON.stringify([secrets].flat().map((each) => [each?.secret ?? each, each?.scheme]));
    if (webhook === undefined || text !== known) {
      webhook = new Webhook(secrets, options);
      known = text;
    }
    return webhook;
  };
}

/** The store of an environment. It is made once: a store in memory would remember nothing otherwise. */
function stores(store) {
  if (typeof store !== "function") return () => store;
  let known;
  return async (environment) => {
    if (known === undefined || known.environment !== environment) {
      const made = await store(environment);
      // A binding that is missing must not mean: without a store.
      if (!isStore(made)) throw invalidOption("store", "a function that gives a DeliveryStore in this environment");
      known = { environment, made };
    }
    return known.made;
  };
}

/** What the user does with errors must not change the answer. */
function reporter(onError, context) {
  return (error) => {
    attempt(() => onError(error, context), console.error);
  };
}

async function attempt(action, report) {
  try {
    await action();
  } catch (error) {
    report(error);
  }
}

function log(error) {
  if (error instanceof WebhookError) console.error(`${error.code}: ${error.message} (${error.hint})`);
  else console.error(error);
}

function checkOptions({ on, onError, maxBodyBytes, background, store, leaseSeconds, ttlSeconds }) {
  const check = (name, isGood, expected) => {
    if (!isGood) throw invalidOption(name, expected);
  };
  const isFunction = (value) => typeof value === "function";
  const isPositive = (value) => typeof value === "number" && value > 0 && value < Infinity;
  // Some stores can add no more to their clocks.
  const isDuration = (value) => isPositive(value) && value <= CENTURY;
  check("on", isObject(on), "an object with a function for each event type");
  for (const [name, handler] of Object.entries(on)) {
    check(`on["${name}"]`, EVENT_TYPES.has(name) || name === "any", "for an event type of this version, nor for unknown or any");
    check(`on["${name}"]`, handler === undefined || isFunction(handler), "a function");
  }
  check("onError", isFunction(onError), "a function");
  check("maxBodyBytes", isPositive(maxBodyBytes), "a number over 0");
  check("background", typeof background === "boolean" || isFunction(background), "true, false or a function");
  check("store", store === undefined || isFunction(store) || isStore(store), "a DeliveryStore");
  check("leaseSeconds", isDuration(leaseSeconds), "a number of seconds over 0, up to a century");
  check("ttlSeconds", isDuration(ttlSeconds), "a number of seconds over 0, up to a century");
}

function isObject(value) {
  return typeof value === "object" && value !== null;
}

function isStore(value) {
  return ["claim", "complete", "release"].every((name) => typeof value?.[name] === "function");
}

// What all adapters share: (raw body, headers) -> (outcome, response). An adapter only reads and writes the
// objects of its framework.

import { WebhookError } from "agentmail-webhooks";
import { claimDelivery } from "./claim.js";
import { log } from "./log.js";
import { adapterChecks, isStore, readOptions } from "./options.js";
import { webhooks } from "./secrets.js";

/**
 * Gives the function that answers a request:
 * `{ method, headers, read, environment, context, waitUntil }` -> `{ status, headers }`. `read(maxBytes)` gives
 * the raw body; `waitUntil(promise)` keeps the process at work after the answer, if the platform has it.
 * @param page documents the options
 * @param own the names of options that are the adapter's own
 */
export function receiver(options, page, own) {
  const checks = adapterChecks(page);
  const settings = readOptions(options, checks, own);
  const { on, onError = log, maxBodyBytes, background, leaseSeconds, ttlSeconds } = settings;
  const webhookOf = webhooks(settings.secret, settings.webhookOptions);
  const storeOf = stores(settings.store, checks);
  let isWarned = false;

  return async function receive({ method, headers, read, environment, context, waitUntil }) {
    if (method !== "POST") return answer(405, { allow: "POST" });
    let delivery;
    try {
      const webhook = await webhookOf(environment);
      delivery = webhook.receive(await read(maxBodyBytes), headers);
    } catch (error) {
      reporter(onError, context)(error);
      return answer(statusOf(error));
    }
    const report = reporter(onError, context, delivery);
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
    if (typeof background === "function") attempt(() => background(work), report);
    else if (waitUntil) attempt(() => waitUntil(work), report);
    else if (!isWarned) {
      isWarned = true;
      console.warn("background: true, and no waitUntil: a Worker stops when it has answered, unless it hands over ctx. Where the process stays, background: () => {}");
    }
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

/** The store of an environment. It is made once: a store in memory would remember nothing otherwise. */
function stores(store, { check }) {
  if (typeof store !== "function") return () => store;
  let known;
  return async (environment) => {
    if (known === undefined || known.environment !== environment) {
      const made = await store(environment);
      // A binding that is missing must not mean: without a store.
      check("store", isStore(made), "a function that gives a DeliveryStore in this environment");
      known = { environment, made };
    }
    return known.made;
  };
}

/** What the user does with errors changes no answer, and hides none. */
function reporter(onError, context, delivery) {
  return (error) => {
    attempt(
      () => onError(error, context, delivery),
      (failure) => {
        log(error, context, delivery);
        console.error("onError failed:", failure);
      },
    );
  };
}

async function attempt(action, report) {
  try {
    await action();
  } catch (error) {
    report(error);
  }
}

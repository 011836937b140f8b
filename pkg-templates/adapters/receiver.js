// The common part of all adapters: (raw body, headers) -> (outcome, response). An adapter only converts the objects of its
// framework.

import { WebhookError } from "agentmail-webhooks";
import { runOnce } from "../stores/once.js";
import { exactBytes } from "./body.js";
import { log, logFailure, warn } from "./log.js";
import { adapterChecks, readOptions } from "./options.js";
import { webhooks } from "./secrets.js";
import { stores } from "./stores.js";
import { attempt, codeOf } from "./thrown.js";

const NO_BYTES = new Uint8Array();

/**
 * Returns the function that handles a request:
 * `{ method, url(), headers, read, environment, hasEnvironments, context, enter, waitUntil }` -> `{ status, headers }`.
 * - `read(maxBytes)` reads the raw body.
 * - `hasEnvironments` is `true` if the platform passes the same `environment` with each request.
 * - `enter(transaction)` returns the context of a handler in a transaction of the store.
 * - `waitUntil(promise)` keeps the process running after the response, if the platform has it.
 * @param page the page that documents the options
 * @param own the names of additional options of the adapter
 */
export function receiver(options, page, own) {
  const checks = adapterChecks(page);
  const settings = readOptions(options, checks, own);
  const { on, onError = log, onWarning = warn, onOutcome, maxBodyBytes, background, leaseSeconds, ttlSeconds } = settings;
  const { webhookOf, anybodys } = webhooks(settings.secret, settings.webhookOptions);
  const storeOf = stores(settings.store, checks);
  let isWarned = false;

  return async function receive(request) {
    const { context } = request;
    const report = reporter(onError, context);
    const settle = settler(context);
    if (request.method !== "POST") return settle("method_not_allowed", answer(405, { allow: "POST" }));
    const { delivery, unreadable, refusal } = await open(request, report, settle);
    if (refusal) return refusal;

    const reportWarnings = () => {
      if (delivery.warnings?.length) tell("onWarning", () => onWarning(delivery.warnings, context, delivery));
    };
    const eventType = delivery.event?.event_type;
    const code = codeOf(unreadable);
    const handlers = unreadable ? [on.unreadable] : [on[eventType], on.any];
    const first = unreadable ?? delivery.event;
    if (!handlers.some(Boolean)) {
      if (!unreadable) {
        reportWarnings();
        return settle("ignored", answer(200), { eventType });
      }
      report(unreadable, delivery);
      return settle("unreadable", answer(unreadable.status), { code });
    }

    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const done = handle();
    if (!background) return done;
    // The response does not wait for work that has begun, only for decisions before it.
    const decided = await Promise.race([begun, done]);
    if (decided) return decided;
    later(done.then(() => {}), request.waitUntil, report);
    return answer(200);

    /** Never rejects. */
    async function handle() {
      /** In the background, the response was sent with 200 when the work began. */
      let isAnswered = false;
      const told = (status, headers) => answer(isAnswered ? 200 : status, isAnswered ? {} : headers);
      const work = async (transaction) => {
        isAnswered = Boolean(background);
        begin();
        reportWarnings();
        const given = transaction === undefined ? context : enter(request, transaction);
        for (const handler of handlers) await handler?.(first, delivery, given);
      };
      try {
        const store = await storeOf(request);
        const durations = { leaseSeconds, ttlSeconds, report: (error) => report(error, delivery) };
        const { outcome, error } = await runOnce(store, delivery.idempotencyKey, work, durations);
        if (outcome === "handled") return settle(unreadable ? "unreadable" : outcome, told(200), { eventType, code });
        if (outcome === "duplicate") return settle(outcome, told(200), { eventType });
        if (error) report(error, delivery);
        // The sender must retry, because the other attempt may fail.
        const retryAfter = { "retry-after": String(Math.ceil(leaseSeconds)) };
        return settle("in_progress", told(409, retryAfter), { eventType, code: codeOf(error) });
      } catch (error) {
        report(error, delivery);
        return settle("failed", told(500), { eventType, code: codeOf(error) });
      }
    }
  };

  /** Opens a delivery. Checks the headers before it requests the secret, and again with the secret before it reads the body. */
  async function open({ method, url, headers, read, environment }, report, settle) {
    /** Errors of callbacks are failures, whatever status they have. */
    let isOurs = true;
    try {
      if (anybodys) verifyHeaders(anybodys, headers);
      isOurs = false;
      const webhook = await webhookOf(environment, { method, url, headers });
      isOurs = true;
      verifyHeaders(webhook, headers);
      const payload = exactBytes(await read(maxBodyBytes));
      return received(webhook, payload, headers);
    } catch (error) {
      report(error);
      const status = isOurs ? statusOf(error) : 500;
      return { refusal: settle(status < 500 ? "refused" : "failed", answer(status), { code: codeOf(error) }) };
    }
  }

  function settler(context) {
    const start = performance.now();
    return (outcome, told, { eventType, code } = {}) => {
      const { status } = told;
      const milliseconds = performance.now() - start;
      const about = { outcome, status, milliseconds, ...(eventType && { eventType }), ...(code && { code }) };
      if (onOutcome) tell("onOutcome", () => onOutcome(about, context));
      return told;
    };
  }

  function later(work, waitUntil, report) {
    if (typeof background === "function") attempt(() => background(work), report);
    else if (waitUntil) attempt(() => waitUntil(work), report);
    else if (!isWarned) {
      isWarned = true;
      console.warn("background: true, and no waitUntil: a Worker stops when it has answered, unless it hands over ctx. Where the process stays, background: () => {}");
    }
  }
}

/** Checks the headers with the core, which checks the signature last. */
function verifyHeaders(webhook, headers) {
  try {
    webhook.verify(NO_BYTES, headers);
  } catch (error) {
    if (error.code !== "signature_mismatch") throw error;
  }
}

/** Returns the delivery, or a genuine one that is not an event. */
function received(webhook, payload, headers) {
  try {
    return { delivery: Object.assign(webhook.receive(payload, headers), { payload }) };
  } catch (error) {
    if (!error.verified) throw error;
    return { unreadable: error, delivery: { ...error.verified, payload } };
  }
}

function statusOf(error) {
  if (error instanceof WebhookError) return error.status;
  return error.code === "body_aborted" ? 400 : 500;
}

function answer(status, headers = {}) {
  return { status, headers };
}

function enter({ context, enter }, transaction) {
  return enter ? enter(transaction) : { ...context, transaction };
}

/** Returns the function that reports errors. Failures of the callback neither change the response nor hide an error. */
function reporter(onError, context) {
  return (error, delivery) => {
    attempt(
      () => onError(error, context, delivery),
      (failure) => {
        log(error, context, delivery);
        logFailure("onError failed:", failure);
      },
    );
  };
}

/** Calls a callback whose failure must not change the response. */
function tell(name, action) {
  attempt(action, (failure) => logFailure(`${name} failed:`, failure));
}

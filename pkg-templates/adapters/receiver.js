// What all adapters share: (raw body, headers) -> (outcome, response). An adapter only reads and writes the
// objects of its framework.

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
 * Returns the function that answers a request:
 * `{ method, url(), headers, read, environment, hasEnvironments, context, enter, waitUntil }` -> `{ status, headers }`.
 * - `read(maxBytes)` reads the raw body.
 * - `hasEnvironments` says that the platform hands the same `environment` over with each request.
 * - `enter(transaction)` returns the context of a handler that works in a transaction of the store.
 * - `waitUntil(promise)` keeps the process at work after the answer, if the platform has it.
 * @param page documents the options
 * @param own the names of options that are the adapter's own
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
    // Work that has begun goes on after the answer. What is decided without it is the answer.
    const decided = await Promise.race([begun, done]);
    if (decided) return decided;
    later(done.then(() => {}), request.waitUntil, report);
    return answer(200);

    /** Never rejects. */
    async function handle() {
      /** In the background, the sender was told 200 when the work began. */
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
        // The sender is to ask again, whatever becomes of the other attempt.
        const retryAfter = { "retry-after": String(Math.ceil(leaseSeconds)) };
        return settle("in_progress", told(409, retryAfter), { eventType, code: codeOf(error) });
      } catch (error) {
        report(error, delivery);
        return settle("failed", told(500), { eventType, code: codeOf(error) });
      }
    }
  };

  /** Headers are judged before the secret is asked for, and again with it before the body is read. */
  async function open({ method, url, headers, read, environment }, report, settle) {
    /** What others throw is their failure, whatever status it has. */
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

/** Refuses what is wrong with the headers, by the core's own rules: it judges a signature last. */
function verifyHeaders(webhook, headers) {
  try {
    webhook.verify(NO_BYTES, headers);
  } catch (error) {
    if (error.code !== "signature_mismatch") throw error;
  }
}

/** The delivery, or one that is genuine and no event. */
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

/** What the user does with errors changes no answer, and hides none. */
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

/** Tells somebody who changes no answer. */
function tell(name, action) {
  attempt(action, (failure) => logFailure(`${name} failed:`, failure));
}

// A delivery, seen step by step. All that is decided here is decided by the library; the rest is layout.

import { Webhook, WebhookError, explain, parse } from "../library.js";
import { readHeaders } from "../delivery/headers.js";
import { decode } from "../delivery/body.js";
import { compare } from "./compare.js";
import { readClaims } from "./claims.js";
import { crossCheck } from "./matrix.js";
import { roleOf } from "./schemes.js";

/**
 * @param {import("../delivery/state.js").Delivery} delivery
 * @param {number} now unix seconds
 */
export function analyse(delivery, now) {
  const { body, secrets, tolerance } = delivery;
  const { pairs, stray } = readHeaders(delivery.headers);
  const options = { toleranceSeconds: tolerance, now: () => now };
  const claims = readClaims(pairs, secrets);
  const outcome = receive(delivery, pairs, options);
  const explanation = attempt(() => explain(body, pairs, secrets, options));
  const event = attempt(() => parse(body));
  return {
    now,
    tolerance,
    body,
    isEmpty: pairs.length === 0 && body.length === 0,
    isSecretMissing: secrets.every(({ secret }) => secret === ""),
    headers: pairs.map(([name, value]) => ({ name, value, role: roleOf(name) })),
    stray,
    claims,
    ...crossCheck(claims, secrets, body),
    outcome,
    // A tolerance that makes no sense explains nothing: the outcome tells.
    verified: explanation.value?.verified ?? false,
    checks: explanation.value?.checks ?? [],
    event: { ...event, rows: compare(wireOf(body), event.value) },
  };
}

/** Returns the result of `explain` for the timestamp at another time. Omits the body, which may be large. */
export function explainTimestamp({ headers, secrets, tolerance }, now) {
  const options = { toleranceSeconds: tolerance, now: () => now };
  const { value } = attempt(() => explain("", readHeaders(headers).pairs, secrets, options));
  return value?.checks.find(({ check }) => check === "timestamp")?.advice;
}

/** Analyses a delivery as a receiver does. */
function receive({ body, secrets }, pairs, options) {
  return attempt(() => new Webhook(secrets, options).receive(body, pairs));
}

/** The value, or why there is none. */
function attempt(call) {
  try {
    return { value: call() };
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    const { code, status, message, hint } = error;
    return { error: { code, status, message, hint } };
  }
}

/** The payload as JSON, for display: undefined where it is none. */
function wireOf(body) {
  try {
    return JSON.parse(decode(body).replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

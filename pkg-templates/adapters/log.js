// The default logs of the adapters, and the log of callbacks that fail.

import { WebhookError } from "agentmail-webhooks";
import { detail } from "./detail.js";

/** Logs an error. Adds details of the delivery only if it is verified, because anyone can write the rest. */
export function log(error, _context, delivery) {
  if (delivery) print("error", named(delivery), told(error));
  else print("error", told(error));
}

export function warn(warnings, _context, delivery) {
  print("warn", named(delivery), ...warnings);
}

export function logFailure(what, failure) {
  print("error", what, failure);
}

/** Prints values. A thrown value may throw again when it is printed. */
function print(level, ...values) {
  try {
    console[level](...values);
  } catch {
    const isText = (value) => typeof value === "string";
    console[level](...values.filter(isText), "something was thrown that cannot be printed");
  }
}

/** Returns details of a delivery. An object, so that values of the sender cannot break the line or act as a format. */
function named({ event, idempotencyKey }) {
  return { event_type: event?.wire_type ?? event?.event_type, idempotencyKey };
}

function told(error) {
  try {
    return error instanceof WebhookError ? line(error) : error;
  } catch {
    return error;
  }
}

/** Formats an error. */
function line(error) {
  return `${error.code}: ${detail(error)} (${error.hint})`;
}

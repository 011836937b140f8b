// What goes to the console unless options say otherwise, and what they fail to take.

import { WebhookError } from "agentmail-webhooks";

/** Of what was not verified only the error is told: a stranger wrote the rest. */
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

/** A thrown value may throw again when it is printed. */
function print(level, ...values) {
  try {
    console[level](...values);
  } catch {
    const isText = (value) => typeof value === "string";
    console[level](...values.filter(isText), "something was thrown that cannot be printed");
  }
}

/** An object and no text: what a sender chose can neither break the line nor be a format. */
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

/** Most messages begin with their code, in words. */
function line({ code, message, hint }) {
  const words = code.replaceAll("_", " ");
  const isDoubled = message.toLowerCase().startsWith(words);
  return `${code}: ${isDoubled ? message.slice(words.length).replace(/^:? /, "") : message} (${hint})`;
}

// What goes to the log: all failures, unless `onError` is set, and those that it fails to take.

import { WebhookError } from "agentmail-webhooks";

/** Of what was not verified only the error is told: a stranger wrote the rest. */
export function log(error, _context, delivery) {
  const told = error instanceof WebhookError ? line(error) : error;
  // An object and no text: what a sender chose can neither break the line nor be a format.
  if (delivery) console.error(named(delivery), told);
  else console.error(told);
}

function named({ event, idempotencyKey }) {
  return { event_type: event.wire_type ?? event.event_type, idempotencyKey };
}

/** Most messages begin with their code, in words. */
function line({ code, message, hint }) {
  const doubled = new RegExp(`^${code.replaceAll("_", " ")}:? `, "i");
  return `${code}: ${message.replace(doubled, "")} (${hint})`;
}

// The errors that arise outside the wasm module: in a framework, or in the options of an adapter.

import { WebhookError } from "agentmail-webhooks";

export function payloadTooLarge(maxBytes) {
  return new WebhookError({
    code: "payload_too_large",
    status: 413,
    message: `payload too large: over ${maxBytes} bytes`,
    hint: "AgentMail sends 1 MB at most: raise maxBodyBytes if yours is lower.",
  });
}

/** `hint` says how to mount the adapter in its framework. */
export function payloadNotRaw(hint) {
  return new WebhookError({
    code: "payload_not_raw",
    status: 500,
    message: "payload not raw: something read the body before the adapter",
    hint,
  });
}

export function invalidOption({ message, hint }) {
  return new WebhookError({ code: "invalid_option", status: 500, message, hint });
}

/** The sender closed the connection. It says nothing about the delivery, so it is not a `WebhookError`. */
export function bodyAborted(cause) {
  const error = new Error("the connection closed before the body was complete", { cause });
  return Object.assign(error, { name: "BodyAbortedError", code: "body_aborted" });
}

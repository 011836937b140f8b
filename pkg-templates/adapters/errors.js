// What goes wrong outside the wasm module: in a framework, or in the options of an adapter.

import { WebhookError } from "agentmail-webhooks";

export function payloadTooLarge(maxBytes) {
  return new WebhookError({
    code: "payload_too_large",
    status: 413,
    message: `the payload has more than ${maxBytes} bytes`,
    hint: "AgentMail caps payloads at 1 MB; if this one is genuine, raise maxBodyBytes",
  });
}

/** The hint is the framework's: how to mount the adapter there. */
export function payloadNotRaw(hint) {
  return new WebhookError({
    code: "payload_not_raw",
    status: 500,
    message: "something read the body before the adapter",
    hint,
  });
}

export function invalidOption({ message, hint }) {
  return new WebhookError({ code: "invalid_option", status: 500, message, hint });
}


/** The sender hung up. Nothing is known of the delivery, and so this is no `WebhookError`. */
export function bodyAborted(cause) {
  const error = new Error("the connection closed before the body was there", { cause });
  return Object.assign(error, { name: "BodyAbortedError", code: "body_aborted" });
}

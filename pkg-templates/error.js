export class WebhookError extends Error {
  constructor({ code, message, hint, status, verified }) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
    if (verified) this.verified = verified;
  }
}
// On the prototype, as for built-in errors, so that it is not printed twice.
Object.defineProperty(WebhookError.prototype, "name", { value: "WebhookError", configurable: true, writable: true });

/**
 * Runs `action`. The stacks of its errors begin at the call of `entry`, a function of the public API, so that Node prints
 * that line of an uncaught error, and not one of this package.
 */
export function inCallOf(entry, action) {
  try {
    return action();
  } catch (error) {
    // In CommonJS, Node prints this line.
    throw atCallOf(entry, error);
  }
}

function atCallOf(entry, error) {
  if (error instanceof WebhookError) Error.captureStackTrace?.(error, entry);
  return error;
}

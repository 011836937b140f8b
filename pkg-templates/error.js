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

// Both modules share one class, so that `instanceof` works for code that imports both.

export { WebhookError } from "../error.js";

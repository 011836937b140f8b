// One class for both modules: `instanceof` is right for whoever imports both.

export { WebhookError } from "../error.js";

// Node, and what resolves like it (Deno, Bun): the module in a script beside it, as base64. `import` and `require` share
// what is built of this, so that there is one wasm instance and one `WebhookError`.

import { load } from "./ready.js";

// Read with the first call. In a script of its own, because Node's `import` of CommonJS reads all of a script for its exports.
load(() => Buffer.from(require("./module.cjs"), "base64"));

export * from "../library.js";
export { init } from "./ready.js";

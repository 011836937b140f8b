// Node, and runtimes that resolve packages like it (Deno, Bun): the module is in a separate script, as base64. `import` and
// `require` share the bundle of this file, so that there is one wasm instance and one `WebhookError`.

import { load } from "./ready.js";

// Loaded at the first call. In a separate script, because Node's `import` of CommonJS scans a whole script for its exports.
load(() => Buffer.from(require("./module.cjs"), "base64"));

export * from "../library.js";
export { init } from "./ready.js";

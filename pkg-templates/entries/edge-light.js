// Vercel's Edge runtime, also in Next.js: the build compiles the module that is imported with `?module`.

import module from "../agentmail_webhooks_bg.wasm?module";
import { load } from "./ready.js";

// `next start` compiles the module in another realm, and the binding only recognizes instances of our own `WebAssembly.Module`.
load(() => Object.setPrototypeOf(module, WebAssembly.Module.prototype));

export * from "../library.js";
export { init } from "./ready.js";

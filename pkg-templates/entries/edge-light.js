// Vercel's Edge runtime, also that of Next.js: the build compiles what is imported with `?module`.

import module from "../agentmail_webhooks_bg.wasm?module";
import { load } from "./ready.js";

// `next start` compiles it in another realm, and the binding takes it for bytes if it is no instance of ours.
load(() => Object.setPrototypeOf(module, WebAssembly.Module.prototype));

export * from "../library.js";
export { init } from "./ready.js";

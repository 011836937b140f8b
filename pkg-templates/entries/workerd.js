// Cloudflare Workers: the platform compiles the module that is imported.

import module from "../agentmail_webhooks_bg.wasm";
import { load } from "./ready.js";

load(() => module);

export * from "../library.js";
export { init } from "./ready.js";

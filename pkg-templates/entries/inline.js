// The module is in the script, as base64: there is no file, no request, and nothing to configure in a bundler.

import base64 from "../agentmail_webhooks_bg.wasm";
import { load } from "./ready.js";

load(() => Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));

export * from "../library.js";
export { init } from "./ready.js";

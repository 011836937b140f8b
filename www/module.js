// The wasm module of the package. tools/build.mjs makes this a file of its own, gzipped and in base64.

export { default } from "agentmail-webhooks/agentmail_webhooks_explain_bg.wasm";

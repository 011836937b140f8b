// The wasm module as base64.
module.exports = require("../agentmail_webhooks_bg.wasm");

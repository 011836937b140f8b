// The example of a Worker in Rust, in the real workerd: `node worker-rust.mjs <output of wasm-bindgen>`.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { workerFromSource } from "../lib/worker.mjs";

const secret = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const webhook = new Webhook(secret);
const payload = JSON.stringify({ event_type: "message.sent", send: { inbox_id: "i", thread_id: "t", message_id: "m" } });
const now = Math.floor(Date.now() / 1000);
const MIB = 1024 * 1024;

// `worker-build` does the same, because workerd has no `import source` yet.
const glue = join(resolve(process.argv[2]), "worker.js");
writeFileSync(glue, readFileSync(glue, "utf8").replace("import source ", "import "));
const source = `import { fetch } from ${JSON.stringify(glue)}; export default { fetch };`;
const worker = await workerFromSource(source, "worker-rust", { bindings: { AGENTMAIL_WEBHOOK_SECRET: secret } });

async function answer(headers, body = payload, method = "POST") {
  const response = await worker.dispatchFetch("http://worker.example/", { method, headers, body });
  return [response.status, await response.text()];
}

const padded = (length) => payload + " ".repeat(length - payload.length);

try {
  const answers = {
    "a genuine delivery": [200, await answer(webhook.sign(payload))],
    "a delivery of 5 MiB": [200, await answer(webhook.sign(padded(5 * MIB)), padded(5 * MIB))],
    "a delivery over 5 MiB": [413, await answer(webhook.sign(padded(5 * MIB + 1)), padded(5 * MIB + 1))],
    "a forged delivery": [401, await answer({ ...webhook.sign(payload), "svix-id": "msg_other" })],
    // These two depend on the clock of the Worker.
    "a delivery of before": [401, await answer(webhook.sign(payload, { timestamp: now - 400 }))],
    "a delivery of later": [401, await answer(webhook.sign(payload, { timestamp: now + 400 }))],
    "a request without a signature": [400, await answer({})],
    "a request without a body": [400, await answer({}, null)],
    "what is no event": [400, await answer(webhook.sign("{}"), "{}")],
    "another method": [405, await answer({}, undefined, "PUT")],
  };
  for (const [what, [status, answered]] of Object.entries(answers)) {
    test(`${what}: ${status}`, () => assert.deepEqual(answered, [status, ""]));
  }
} finally {
  await worker.dispose();
}

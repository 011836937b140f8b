// The answers are the same over the whole suite if the host computes the HMAC of every payload, however short, and if
// the module computes all of them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { fixtures } from "../lib/fixtures.mjs";
import { suite } from "../suite/suite.mjs";
import { ok } from "../suite/assert.mjs";
import { runtime } from "../suite/node-runtime.mjs";

// Imports the parts of the entries, which `exports` does not expose. Another query loads another copy of a script.
const directory = dirname(createRequire(import.meta.url).resolve("agentmail-webhooks/package.json"));
const part = (name, query = "") => import(`${pathToFileURL(join(directory, name))}${query}`);
const { initSync } = await part("agentmail_webhooks.js");
const { findHost } = await part("host.js");
const instantiate = () => initSync({ module: readFileSync(join(directory, "agentmail_webhooks_bg.wasm")) });

let asked = 0;
const { hmacSha256 } = findHost();
const always = (...content) => {
  asked += 1;
  return hmacSha256(...content);
};
const { Buffer } = globalThis;
delete globalThis.Buffer;
const portable = findHost();
globalThis.Buffer = Buffer;

// A result with the wrong length is ignored, and the module computes the MAC itself.
let short = 0;
const none = () => {
  short += 1;
  return new Uint8Array(31);
};

for (const [name, host] of [
  ["without a MAC", { ...findHost(), hmacSha256: none, from: 0 }],
  ["always", { ...findHost(), hmacSha256: always, from: 0 }],
  ["never", { ...portable, hmacSha256: undefined }],
]) {
  const { provide, Webhook, WebhookError, parse, verify } = await part("webhook.js", `?${encodeURIComponent(name)}`);
  provide(instantiate, () => host);
  const library = { Webhook, WebhookError, parse, verify, init: async () => {} };
  suite(library, fixtures, { test: (title, run) => test(`host, ${name}: ${title}`, run), runtime });
}

test("host: it was asked", () => ok(asked > 500 && short > 500, `${asked} and ${short} times`));

// docs/adapters/hono.md: its Workers in workerd, its test in Node. Other runtimes: runtimes.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { claims } from "./blocks.mjs";
import { SECRET, check, runTest, written } from "./kit.mjs";
import { workerFromSource } from "../lib/worker.mjs";

const PAGE = "docs/adapters/hono.md";
const block = claims(import.meta.url);

for (const name of ["worker.mjs", "worker.ts"]) {
  const code = block(PAGE, name);
  test(`${PAGE}: ${name}`, async () => {
    const miniflare = await workerFromSource(code, `docs-hono-${name}`, { bindings: { AGENTMAIL_WEBHOOK_SECRET: SECRET } });
    try {
      const send = (method, headers, body) => miniflare.dispatchFetch("http://worker.example/webhooks", { method, headers, body });
      await check((headers, body) => send("POST", headers, body));
      assert.equal((await send("GET")).status, 404);
    } finally {
      await miniflare.dispose();
    }
  });
}

const own = written("hono/app.test.mjs", block(PAGE, "app.test.mjs"));
test(`${PAGE}: app.test.mjs`, () => runTest(own));

// `sideEffects` of package.json: bundlers leave out what is not used. That they keep what loads the module, the suite in
// bundlers/ shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PLATFORMS = { browser: {}, node: { platform: "node" }, workerd: { conditions: ["workerd"] } };

async function bundled(code, options) {
  const stdin = { contents: code, resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  const external = ["*.wasm", "*.wasm?module", "cloudflare:workers"];
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", write: false, external, logLevel: "silent", ...options });
  return outputFiles[0].text.trim();
}

test("what is imported and not used is left out", async () => {
  const unused = ["agentmail-webhooks/fetch", "agentmail-webhooks/stores/sql", "agentmail-webhooks/testing"];
  for (const [name, options] of Object.entries(PLATFORMS)) {
    // The entry of Workers loads the module, and is listed.
    for (const module of name === "workerd" ? unused : ["agentmail-webhooks", ...unused]) {
      assert.equal(await bundled(`import * as unused from "${module}"; console.log(1);`, options), "console.log(1);", `${name}: ${module}`);
    }
  }
});

test("a store brings no verification with it", async () => {
  const store = await bundled(`import { memoryStore } from "agentmail-webhooks/stores/memory"; console.log(memoryStore);`, {});
  assert.ok(store.length > 500 && store.length < 5000, `${store.length} bytes`);
  assert.doesNotMatch(store, /svix|wasm/);
});

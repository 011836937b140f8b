// docs/platforms.md: each platform as far as it can be had from npm.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { transformSync } from "esbuild";
import { createApp, createRouter, toNodeListener } from "h3";
import { runtime } from "../lib/tools.mjs";
import { claims } from "./blocks.mjs";
import { SECRET, check, genuine, payload, serve, written } from "./kit.mjs";

const PAGE = "docs/platforms.md";
const block = claims(import.meta.url);
const file = (name) => written(`platforms/${name}`, block(PAGE, name));

for (const name of ["nest.mjs", "koa.mjs"]) {
  const path = file(name);
  test(`${PAGE}: ${name}`, () => serve(path, { more: ({ url }) => isMethodRefused(url) }));
}

const supabase = file("supabase.ts");
test(`${PAGE}: supabase.ts, in Deno`, async () => {
  const command = (path) => ["sh", "-c", `DENO_SERVE_ADDRESS=tcp:127.0.0.1:$PORT exec "${runtime("deno", "deno")}" run --no-prompt --allow-net --allow-env "${path}"`];
  await serve(supabase, { command, more: ({ url }) => isMethodRefused(url) });
});

async function isMethodRefused(url) {
  for (const method of ["GET", "HEAD", "PUT"]) {
    const { status, headers } = await fetch(url, { method });
    assert.deepEqual([status, headers.get("allow")], [405, "POST"], method);
  }
}

const h3 = file("h3.ts");
test(`${PAGE}: h3.ts`, async () => {
  await withSecret(async (printed) => {
    const { default: handler } = await import(h3);
    const server = createServer(toNodeListener(createApp().use(createRouter().post("/api/webhooks", handler)))).listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      await check((headers, body) => fetch(`http://127.0.0.1:${server.address().port}/api/webhooks`, { method: "POST", headers, body }));
      assert.deepEqual(printed, [{ subject: "Grüße" }, { subject: "Grüße" }]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

for (const [name, exported] of [["netlify.mjs", "default"], ["vercel.mjs", "POST"]]) {
  const path = file(name);
  test(`${PAGE}: ${name}`, () =>
    withSecret(async (printed) => {
      const { [exported]: handler } = await import(path);
      await check((headers, body) => handler(new Request("https://acme.example/webhooks", { method: "POST", headers, body }), {}));
      assert.deepEqual(printed, [{ subject: "Grüße" }, { subject: "Grüße" }]);
    }));
}

/** Runs something with the secret in the environment. Gives it what is printed. */
async function withSecret(use) {
  const printed = [];
  const { log, error } = console;
  Object.assign(console, { log: (value) => printed.push(value), error: () => {} });
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  try {
    await use(printed);
  } finally {
    Object.assign(console, { log, error });
    delete process.env.AGENTMAIL_WEBHOOK_SECRET;
  }
}

const convex = file("convex.js");
test(`${PAGE}: convex.js, bundled as Convex does, in an isolate without fetch and without Node`, async () => {
  // The esbuild, the plugin and the options of npm `convex`, `src/bundler`: its other files want packages that it does not bring.
  const { build } = createRequire(convexPackage())("esbuild");
  const { wasmPlugin } = await import(pathToFileURL(join(dirname(convexPackage()), "dist/esm/bundler/wasm.js")));
  const { outputFiles } = await build({
    entryPoints: [convex], bundle: true, platform: "browser", format: "esm", target: "esnext", jsx: "automatic", outdir: "out",
    conditions: ["convex", "module"], plugins: [wasmPlugin], write: false, splitting: true, logLevel: "error",
  });
  assert.equal(outputFiles.length, 1);
  const { default: http } = evaluated(outputFiles[0].text);
  const [handler] = http.lookup("/webhooks", "POST");
  const mutations = [];
  const context = { runMutation: async (...mutation) => mutations.push(mutation) };
  const answer = (headers, body) => handler._handler(context, new Request("https://acme.convex.site/webhooks", { method: "POST", headers, body }));
  await check(answer);
  assert.deepEqual(JSON.parse(JSON.stringify(mutations[0])), ["mails:receive", { idempotencyKey: "msg_1", subject: "Grüße" }]);
  assert.equal((await answer(genuine(), payload)).status, 200);
});

/** Evaluates a module where there is what Convex's runtime has, and nothing of Node. */
function evaluated(code) {
  const { AbortController, Headers, Request, Response, TextDecoder, TextEncoder, URL, URLSearchParams, crypto, performance } = globalThis;
  const has = { AbortController, Headers, Request, Response, TextDecoder, TextEncoder, URL, URLSearchParams, WebAssembly, crypto, performance };
  const others = { atob, console: { log() {}, error() {}, warn() {} }, process: { env: { AGENTMAIL_WEBHOOK_SECRET: SECRET } }, setTimeout, Uint8Array, ArrayBuffer };
  // V8 has it since version 14, and what esbuild makes for it relies on that; Node 24 is older.
  Uint8Array.fromBase64 ??= (text) => new Uint8Array(Buffer.from(text, "base64"));
  const module = { exports: {} };
  // A script, because modules in contexts need a flag of Node.
  const script = transformSync(code, { format: "cjs", target: "esnext" }).code;
  runInNewContext(`(module) => { ${script} }`, { ...has, ...others })(module);
  return module.exports;
}

function convexPackage() {
  return createRequire(import.meta.url).resolve("convex/package.json");
}

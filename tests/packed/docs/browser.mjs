// docs/browser.md: its scripts, bundled as the page says, in Chromium; and the errors that it describes.

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { withPage } from "../lib/page.mjs";
import { claims } from "./blocks.mjs";
import { payload, written } from "./kit.mjs";

const PAGE = "docs/browser.md";
const block = claims(import.meta.url);
const project = fileURLToPath(new URL("../../../", import.meta.url));
const wasm = fileURLToPath(import.meta.resolve("agentmail-webhooks/agentmail_webhooks_bg.wasm"));
const [page, esbuild, classic, inline] = ["page.js", "esbuild.js", "classic.js", "inline.js"].map((name) => written(`browser/${name}`, block(PAGE, name)));
const MODULE = 'type="module"';

/** Returns the text that a script writes into its page, or why it fails. */
async function shown(directory, script, { as = MODULE, policy = "", html } = {}) {
  html ??= `<!doctype html>${policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`}
<textarea>${payload}</textarea><output></output>
<script>const failed = (reason) => (document.querySelector("output").textContent = String(reason));
addEventListener("error", ({ message }) => failed(message));
addEventListener("unhandledrejection", ({ reason }) => failed(reason));</script>
<script ${as} src="${script}"></script>`;
  return withPage({ directory, path: "/page.html", html }, async (open) => {
    await open.waitForFunction(() => document.querySelector("output").textContent !== "");
    return open.$eval("output", (output) => output.textContent);
  });
}

/** Bundles a script into a separate directory, and returns the directory. */
async function bundled(entry, name, options) {
  const directory = join(dirname(page), name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await build({ entryPoints: [entry], outfile: join(directory, "script.js"), bundle: true, logLevel: "silent", ...options });
  return directory;
}

const FILE = { loader: { ".wasm": "file" } };
const ESM = { format: "esm" };
const IIFE = { format: "iife" };
const module = await bundled(page, "module", ESM);

test(`${PAGE}: page.js, with the module beside the script`, async () => {
  copyFileSync(wasm, join(module, "agentmail_webhooks_bg.wasm"));
  assert.equal(await shown(module, "script.js"), "message.received");
});

test(`${PAGE}: esbuild.js`, async () => {
  assert.equal(await shown(await bundled(esbuild, "esbuild", { ...ESM, ...FILE }), "script.js"), "message.received");
});

test(`${PAGE}: classic.js`, async () => {
  assert.equal(await shown(await bundled(classic, "classic", { ...IIFE, ...FILE }), "script.js", { as: "defer" }), "message.received");
});

test(`${PAGE}: inline.js, a module and a classic script`, async () => {
  assert.equal(await shown(await bundled(inline, "inline", ESM), "script.js"), "message.received");
  assert.equal(await shown(await bundled(inline, "inline", IIFE), "script.js", { as: "defer" }), "message.received");
});

test(`${PAGE}: page.html, without a bundler`, async () => {
  const html = block(PAGE, "page.html").replace('src="page.js"', `src="${page.slice(project.length - 1)}"`);
  assert.equal(await shown(project, undefined, { html }), "message.received");
});

test(`${PAGE}: a classic script without a URL, and with await`, async () => {
  await assert.rejects(bundled(page, "refused", IIFE), /Top-level await is currently not supported with the "iife" output format/);
  const file = written("browser/no-url.js", 'import { init } from "agentmail-webhooks";\ninit();\n');
  assert.match(await shown(await bundled(file, "no-url", IIFE), "script.js", { as: "defer" }), /^TypeError: .*Invalid URL/);
});

test(`${PAGE}: the file is not there, or a page instead`, async () => {
  rmSync(join(module, "agentmail_webhooks_bg.wasm"), { force: true });
  assert.match(await shown(module, "script.js"), /failed to fetch Wasm: 404 Not Found/);
  writeFileSync(join(module, "agentmail_webhooks_bg.wasm"), "<!doctype html><title>The application</title>");
  assert.match(await shown(module, "script.js"), /CompileError: .*expected magic word 00 61 73 6d, found 3c 21/);
});

test(`${PAGE}: a policy has to allow WebAssembly, and no more`, async () => {
  const policy = (script) => `default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline' ${script}`;
  for (const [entry, name] of [[esbuild, "esbuild"], [inline, "inline"]]) {
    const directory = await bundled(entry, name, { ...ESM, ...FILE });
    assert.match(await shown(directory, "script.js", { policy: policy("") }), /CompileError: .*Content Security Policy/);
    assert.equal(await shown(directory, "script.js", { policy: policy("'wasm-unsafe-eval'") }), "message.received");
  }
});

test(`${PAGE}: without init()`, async () => {
  const file = written("browser/no-init.js", 'import { parse } from "agentmail-webhooks";\nparse("{}");\n');
  assert.match(await shown(await bundled(file, "no-init", ESM), "script.js"), /in a browser, `await init\(\)` comes first/);
});

// A page in headless Chromium: a script bundled for browsers, served with the module beside it.

import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch } from "puppeteer-core";

const here = dirname(fileURLToPath(import.meta.url));
const WASM = "agentmail_webhooks_bg.wasm";

/** Opens a page with the script of a file beside this one, and gives what `use(page)` gives. */
export async function withPage(name, use) {
  const server = createServer(answer(await bundle(name))).listen(0, "127.0.0.1");
  await once(server, "listening");
  // Over a pipe, Chromium ends when this process ends, however it ends. Its sandbox refuses root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  try {
    const browser = await launch({ executablePath: process.env.CHROME_BIN, args: sandbox, pipe: true });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      return await use(page);
    } finally {
      await browser.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function bundle(name) {
  const outdir = join(here, "pages", name);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [join(here, name)],
    outfile: join(outdir, "page.js"),
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  // The package looks for it beside the script.
  copyFileSync(fileURLToPath(import.meta.resolve(`agentmail-webhooks/${WASM}`)), join(outdir, WASM));
  return outdir;
}

function answer(directory) {
  const file = (name, type) => ({ body: readFileSync(join(directory, name)), type });
  const found = {
    "/": { body: '<!doctype html><script type="module" src="page.js"></script>', type: "text/html" },
    "/page.js": file("page.js", "text/javascript"),
    [`/${WASM}`]: file(WASM, "application/wasm"),
  };
  return ({ url }, response) => {
    const { body = "", type = "text/plain" } = found[url] ?? {};
    response.writeHead(url in found ? 200 : 404, {
      "content-type": type,
      // Without these, a page has no SharedArrayBuffer.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(body);
  };
}

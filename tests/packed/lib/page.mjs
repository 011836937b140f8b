// A page in headless Chromium, served from a directory.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { launch } from "puppeteer-core";
import { report } from "./report.mjs";
import { textOf } from "./tools.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Opens a page, and gives what `use(page)` gives.
 * @param directory what is served
 * @param path of the page
 * @param html the page, unless the directory has it
 */
export async function withPage({ directory, path = "/page.html", html }, use) {
  const server = createServer(answer(directory, path, html)).listen(0, "127.0.0.1");
  await once(server, "listening");
  // Over a pipe, Chromium ends when this process ends, however it ends. Its sandbox refuses root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  try {
    const browser = await launch({ executablePath: process.env.CHROME_BIN, args: sandbox, pipe: true });
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) => console.error(error));
      await page.goto(`http://127.0.0.1:${server.address().port}${path}`);
      return await use(page);
    } finally {
      await browser.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Runs the suite in a page of apps/. */
export function reportPage(row, page) {
  return withPage(page, async (open) => {
    const version = (await open.browser().version()).replace(/^.*\//, "");
    report({ runtime: "Chromium", version, ...row }, await open.evaluate((text) => globalThis.run(text), textOf(row)));
  });
}

function answer(directory, path, html) {
  return async ({ url }, response) => {
    const name = new URL(url, "http://localhost").pathname;
    const body = name === path && html ? html : await readFile(join(directory, name)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": TYPES[extname(name)] ?? "text/plain",
      // Without these, a page has no SharedArrayBuffer.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(body);
  };
}

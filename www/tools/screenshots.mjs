// Pictures of the page, for a person to look at; those called readme are for the README.
//
//   CHROME_BIN=<chromium> node screenshots.mjs <site> <directory> [name ...]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "puppeteer-core";
import { serve } from "./serve.mjs";

const [site, directory, ...wanted] = process.argv.slice(2);

const WIDE = { width: 1440, height: 900, deviceScaleFactor: 1 };
const NARROW = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** What is seen at first, small enough to be kept with the code. */
const README = { size: { width: 1280, height: 1010, deviceScaleFactor: 1 }, format: { type: "webp", quality: 82 } };

const PICTURES = {
  "readme-light": { theme: "light", example: "Rewritten JSON", ...README },
  "readme-dark": { theme: "dark", example: "Rewritten JSON", ...README },
  "genuine-light": { theme: "light", example: "Genuine" },
  "genuine-dark": { theme: "dark", example: "Genuine" },
  "rotation-light": { theme: "light", example: "Rotation" },
  "rewritten-dark": { theme: "dark", example: "Rewritten JSON" },
  "forged-light": { theme: "light", example: "Forged" },
  "stale-light": { theme: "light", example: "Stale" },
  "stale-dark": { theme: "dark", example: "Stale" },
  "unsigned-light": { theme: "light", example: "Unsigned" },
  "unknown-light": { theme: "light", example: "Unknown event" },
  "empty-light": { theme: "light", example: "Genuine", click: ["#clear"] },
  "genuine-narrow-light": { theme: "light", example: "Genuine", size: NARROW },
  "forged-narrow-dark": { theme: "dark", example: "Forged", size: NARROW },
  "stale-narrow-light": { theme: "light", example: "Stale", size: NARROW },
};

await mkdir(directory, { recursive: true });
const server = await serve(site, 0);
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await launch({ executablePath: process.env.CHROME_BIN, args, pipe: true });
try {
  for (const [name, { theme, example, size = WIDE, click = [], format }] of Object.entries(PICTURES)) {
    if (wanted.length && !wanted.some((part) => name.includes(part))) continue;
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(name, error));
    page.on("console", (message) => console.error(name, message.text()));
    await page.setViewport(size);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForSelector("[data-ready]");
    await page.locator(`button.chip::-p-text(${example})`).click();
    for (const selector of click) await page.locator(selector).click();
    // Until what was clicked is drawn and has stopped moving.
    await new Promise((resolve) => setTimeout(resolve, 700));
    await page.evaluate(() => document.activeElement?.blur());
    const { type = "png" } = format ?? {};
    await page.screenshot({ path: join(directory, `${name}.${type}`), fullPage: !format, ...format });
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

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

const LOOKS = {
  light: { theme: "light", size: WIDE },
  dark: { theme: "dark", size: WIDE },
  narrow: { theme: "light", size: NARROW },
  "narrow-dark": { theme: "dark", size: NARROW },
};

/** The steps before each picture. Shows the whole page, or only `part`. */
const STATES = {
  // The initial view of the page.
  first: { part: "screen" },
  genuine: {},
  forged: { example: "Changed body" },
  stale: { example: "Stale" },
  unknown: { example: "Unknown event" },
  rewritten: { example: "Rewritten JSON" },
  rotation: { example: "Rotation" },
  unsigned: { example: "Unsigned" },
  // The picture alone: a whole page on a narrow screen is long.
  "genuine-picture": { part: "#picture" },
  "forged-picture": { example: "Changed body", part: "#picture" },
  "stale-picture": { example: "Stale", part: "#picture" },
  "unknown-picture": { example: "Unknown event", part: "#picture" },
  "unknown-event": { example: "Unknown event", part: "#step-event" },
  empty: { click: ["#clear"] },
  import: { click: ["#own"], paste: ["#request", "POST /webhooks HTTP/1.1\nsvix-id: msg_1\nthis line is no header\n\n{}"], part: "screen" },
  several: { click: ["#own"], paste: ["#request", har("/orders", "/webhooks")], part: "screen" },
  imported: { click: ["#own"], paste: ["#request", "curl https://example.com/webhooks -H 'svix-id: msg_1' -H 'svix-timestamp: 1790000000' -H 'svix-signature: v1,AAAA' --data-raw '{}'"], part: "screen" },
  fixed: { example: "Stale", click: ["#own-time"], part: "screen" },
  generator: { part: "#generator" },
  "generator-rust": { click: ["#code-rust"], choose: ["#make-scheme", "body"], part: "#generator" },
  keyboard: { keys: 9, part: "screen" },
};

/** Small enough to be kept with the code. */
const README = { width: 1280, height: 1010, deviceScaleFactor: 1 };
const WEBP = { type: "webp", quality: 82 };

const PICTURES = Object.fromEntries([
  ...Object.entries(STATES).flatMap(([state, what]) => Object.entries(LOOKS).map(([look, how]) => [`${state}-${look}`, { ...what, ...how }])),
  ...["light", "dark"].map((theme) => [`readme-${theme}`, { ...STATES.rewritten, theme, size: README, part: "screen", format: WEBP }]),
]);

function har(...paths) {
  const entries = paths.map((path) => ({ request: { method: "POST", url: `https://example.com${path}`, headers: [{ name: "svix-signature", value: "v1,AAAA" }], postData: { text: "{}" } } }));
  return JSON.stringify({ log: { entries } });
}

/** Does what a person would. */
async function act(page, { example, click = [], choose, paste, keys = 0 }) {
  if (example) await page.locator(`button.chip::-p-text(${example})`).click();
  for (const selector of click) await page.locator(selector).click();
  if (choose) await page.select(...choose);
  if (paste) {
    const [selector, text] = paste;
    await page.locator(selector).fill(text);
    await page.locator("#read").click();
  }
  for (let presses = 0; presses < keys; presses++) await page.keyboard.press("Tab");
  // Until it is drawn and has stopped moving, and messages are gone.
  await new Promise((resolve) => setTimeout(resolve, 700));
  // The focus is seen where it is what the picture is about.
  if (!keys && !paste) await page.evaluate(() => document.activeElement?.blur());
}

async function shoot(page, path, { part, format }) {
  if (part === "screen") return page.screenshot({ path, ...format });
  // All of it on the screen: beyond it, parts may not be painted, and what sticks to its edge sticks in the middle.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ ...page.viewport(), height });
  return (part ? await page.$(part) : page).screenshot({ path });
}

await mkdir(directory, { recursive: true });
const server = await serve(site, 0);
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await launch({ executablePath: process.env.CHROME_BIN, args, pipe: true });
try {
  for (const [name, picture] of Object.entries(PICTURES)) {
    if (wanted.length && !wanted.some((part) => name.includes(part))) continue;
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(name, error));
    page.on("console", (message) => console.error(name, message.text()));
    await page.setViewport(picture.size);
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: picture.theme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForSelector("[data-ready]");
    await act(page, picture);
    await shoot(page, join(directory, `${name}.${picture.format?.type ?? "png"}`), picture);
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

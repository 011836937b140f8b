// Operates the page as a user does: presses, types, reads.

import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The samples, each with a button. */
export const EXAMPLES = ["Genuine", "Changed body", "Rewritten JSON", "Stale", "Wrong secret", "Secret with a space", "Unsigned", "Rotation", "Unknown event"];

export async function playground(page) {
  const url = page.url();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.browserContext().overridePermissions(new URL(url).origin, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
  const cdp = await page.createCDPSession();
  const files = await mkdtemp(join(tmpdir(), "playground-"));

  const kit = {
    page,
    errors,

    /** Opens the page in its first state, by default wide, light and without motion, so that tests need not wait. */
    async open({ width = 1280, height = 900, theme = "light", motion = "reduce", colors = "none" } = {}) {
      errors.length = 0;
      await page.setViewport({ width, height });
      const features = { "prefers-color-scheme": theme, "prefers-reduced-motion": motion, "forced-colors": colors };
      await cdp.send("Emulation.setEmulatedMedia", { features: Object.entries(features).map(([name, value]) => ({ name, value })) });
      await page.goto(url);
      await page.evaluate(() => localStorage.clear());
      await page.waitForSelector("[data-ready]");
    },

    checkErrors() {
      assert.deepEqual(errors, [], "errors of the page");
    },

    /** Clicks once the element does not move, which takes long on a busy machine. */
    click: (selector) => page.locator(selector).setTimeout(120_000).click(),

    /** Replaces what a field holds, key by key. */
    async type(selector, text) {
      await kit.selectAll(selector);
      await page.keyboard.press("Backspace");
      // In a text area, the Enter key makes a line break.
      for (const [index, line] of text.split("\n").entries()) {
        if (index > 0) await page.keyboard.press("Enter");
        await page.keyboard.type(line);
      }
    },

    /** Replaces what a field holds, from the clipboard. */
    async paste(selector, text) {
      await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
      await kit.selectAll(selector);
      await kit.shortcut("v", "Paste");
    },

    async selectAll(selector) {
      await page.locator(selector).click();
      await kit.shortcut("a", "SelectAll");
    },

    /** Presses Control and a letter, with the command that the system assigns to it. */
    async shortcut(letter, command) {
      await page.keyboard.down("Control");
      await page.keyboard.press(letter, { commands: [command] });
      await page.keyboard.up("Control");
    },

    /** Puts a delivery into the fields, by paste. */
    async put({ headers, body, secret, scheme = "standard" }) {
      await kit.paste("#headers", typeof headers === "string" ? headers : lines(headers));
      await kit.paste("#body", body);
      await kit.paste("#secret-0", secret);
      await kit.choose("#scheme-0", scheme);
    },

    choose: (selector, value) => page.select(selector, value),

    /** Drops a file on the page. */
    async drop(name, contents) {
      const path = join(files, name);
      await writeFile(path, contents);
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) await cdp.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
      return path;
    },

    /** Chooses a file in the dialog of the system. */
    async openFile(name, contents) {
      const path = join(files, name);
      await writeFile(path, contents);
      const [chooser] = await Promise.all([page.waitForFileChooser(), kit.click("#open")]);
      await chooser.accept([path]);
    },

    copied: () => page.evaluate(() => navigator.clipboard.readText()),

    /** Returns the text of an element, including text for screen readers only, in one line. */
    text: async (selector) => oneLine(await page.$eval(selector, (element) => element.innerText)),
    texts: async (selector) => (await page.$$eval(selector, (elements) => elements.map((element) => element.innerText))).map(oneLine),
    value: (selector) => page.$eval(selector, (element) => element.value),
    isHidden: (selector) => page.$eval(selector, (element) => !element.checkVisibility()),

    /** Takes a sample, and waits until it is there. */
    async example(name) {
      await kit.click(`button.chip::-p-text(${name})`);
      await kit.until(async () => assert.equal(await kit.text(".chip[aria-pressed=true]"), name));
    },

    /** Waits for the title of the verdict, and returns its other texts. */
    async verdict(title) {
      await kit.until(async () => assert.equal(await kit.text("#verdict .title"), title));
      return { why: await kit.text("#verdict .why"), answer: (await kit.texts("#verdict .answer code"))[0] };
    },

    /** Returns the cells of the matrix, a row for each signature. */
    matrix: () => page.$$eval(".matrix tbody tr", (rows) => rows.map((row) => Array.from(row.querySelectorAll(".cell"), (cell) => cell.innerText))),

    /** Repeats a check until it passes, because the page draws a moment later. */
    async until(check, milliseconds = 60_000) {
      for (const end = Date.now() + milliseconds; ; ) {
        try {
          return await check();
        } catch (error) {
          if (Date.now() > end) throw error;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      }
    },
  };
  return kit;
}

const oneLine = (text) => text.replaceAll(/\s*\n(?=: )/g, "").trim();

/** Headers as lines. */
export function lines(headers) {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

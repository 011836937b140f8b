// For those who do not see it, do not use a mouse, or have a small screen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { SMALL, signed } from "./deliveries.mjs";
import { lines } from "./kit.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

const EXAMPLES = ["Genuine", "Rotation", "Rewritten JSON", "Forged", "Stale", "Secret with a space", "Unsigned", "Unknown event"];

const axeTests = Object.fromEntries(
  [
    { theme: "light", width: 1280 },
    { theme: "dark", width: 1280 },
    { theme: "light", width: 360 },
    { theme: "dark", width: 360 },
  ].map(({ theme, width }) => [
    `axe finds nothing: ${theme}, ${width} px`,
    async (kit) => {
      await kit.open({ theme, width });
      for (const example of EXAMPLES) {
        await kit.click(`button.chip::-p-text(${example})`);
        await kit.until(async () => assert.equal(await kit.text(".chip[aria-pressed=true]"), example));
        assert.deepEqual(await violations(kit.page), [], example);
      }
      // What is folded away at first.
      await kit.click("#import-toggle");
      await kit.click("#own-time, input[name=clock][value=fixed] + span");
      await kit.drop("body.bin", Buffer.from([0xff]));
      await kit.click("#code-rust");
      assert.deepEqual(await violations(kit.page), [], "opened");
      await kit.click("#clear");
      await kit.verdict("Nothing to check yet");
      assert.deepEqual(await violations(kit.page), [], "empty");
    },
  ]),
);

export const accessTests = {
  ...axeTests,

  async "nothing is wider than the screen"(kit) {
    for (const width of [320, 360, 390, 620, 768, 981, 1280, 1920]) {
      await kit.open({ width });
      for (const example of EXAMPLES) {
        await kit.click(`button.chip::-p-text(${example})`);
        await kit.until(async () => assert.equal(await kit.text(".chip[aria-pressed=true]"), example));
        const [content, screen] = await kit.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= screen, `${example}: ${content} > ${screen}`);
      }
    }
  },

  async "with the keyboard alone: from an empty page to a verdict, and to a copy"(kit) {
    const { page } = kit;
    const { headers, body, secret } = signed(SMALL);
    /** Tabs until something has the focus, as who does not see where it is would. */
    const tabTo = async (id) => {
      for (let presses = 0; presses < 60; presses++) {
        if (await page.evaluate((wanted) => document.activeElement.id === wanted, id)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`no way to ${id}`);
    };
    const fill = async (text) => {
      await kit.shortcut("a", "SelectAll");
      await page.keyboard.type(text);
    };
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await tabTo("clear");
    await page.keyboard.press("Enter");
    await kit.verdict("Nothing to check yet");
    assert.equal(await page.evaluate(() => document.activeElement.id), "headers");
    // Enter makes a line, as anywhere in a text area.
    for (const line of lines(headers).split("\n")) {
      await page.keyboard.type(line);
      await page.keyboard.press("Enter");
    }
    await tabTo("body");
    await page.keyboard.type(body);
    await tabTo("secret-0");
    await fill(secret);
    await kit.verdict("Genuine");
    await tabTo("scheme-0");
    await page.keyboard.type("body");
    await kit.until(async () => assert.equal(await kit.text("#verdict .answer code"), "401 wrong_scheme"));
    await page.keyboard.press("Home");
    await kit.verdict("Genuine");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.value), "real");
    await page.keyboard.press("ArrowRight");
    await kit.until(async () => assert.equal(await kit.isHidden("#fixed"), false));
    await tabTo("now");
    await fill("1700000000");
    await kit.verdict("Signed by your secret, but too new");
    await tabTo("at-delivery");
    await page.keyboard.press("Space");
    await kit.verdict("Genuine");
    await tabTo("copy-fixture");
    await page.keyboard.press("Enter");
    await kit.until(async () => assert.match(await kit.copied(), /"playground-message-opened"/));
    await tabTo("make-load");
    await page.keyboard.press("Enter");
    await kit.until(async () => assert.equal(await kit.value("#secret-0"), await kit.value("#make-secret")));
  },

  async "the focus can always be seen"(kit) {
    const { page } = kit;
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const unseen = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return undefined;
        // The ring of a radio button is that of its words.
        const shown = element.type === "radio" ? element.nextElementSibling : element;
        return getComputedStyle(shown).outlineStyle === "none" ? element.outerHTML.slice(0, 120) : undefined;
      });
      assert.equal(unseen, undefined);
    }
  },

  async "the verdict is said, and not said again each second"(kit) {
    const said = () => kit.page.$eval("#announced", ({ textContent }) => textContent);
    await kit.click("button.chip::-p-text(Forged)");
    await kit.until(async () => assert.match(await said(), /^Refused\. Signature mismatch/));
    await kit.click("button.chip::-p-text(Stale)");
    await kit.until(async () => assert.match(await said(), /^Signed by your secret, but too old\. 12\d\d s/));
    await kit.page.evaluate(() => {
      globalThis.changes = 0;
      new MutationObserver(() => (globalThis.changes += 1)).observe(document.getElementById("announced"), { childList: true, characterData: true, subtree: true });
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(await kit.page.evaluate(() => globalThis.changes), 0);
  },

  async "who wants little motion has none"(kit) {
    await kit.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    const moving = await kit.page.evaluate(() => Array.from(document.querySelectorAll("*")).filter((element) => !/^(all|none)/.test(getComputedStyle(element).transition)).length);
    assert.equal(moving, 0);
    assert.equal(await kit.page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
  },

  async "on a narrow screen, the sides of the event take turns"(kit) {
    await kit.open({ width: 390 });
    const shown = async () => [await kit.isHidden(".compare .wire"), await kit.isHidden(".compare .typed")];
    assert.deepEqual(await shown(), [true, false]);
    await kit.click("#side-wire");
    assert.deepEqual(await shown(), [false, true]);
    await kit.click("#side-typed");
    assert.deepEqual(await shown(), [true, false]);
  },
};

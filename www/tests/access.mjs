// Accessibility: screen readers, keyboards, small screens.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { SMALL, signed } from "./deliveries.mjs";
import { EXAMPLES, lines } from "./kit.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns the violations that axe finds. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target.join(" ")} (${any[0]?.message})`).join(", ")}`);
}

/** Presses Tab until an element has the focus, as a user does who cannot see it. */
async function tab(page, selector) {
  for (let presses = 0; presses < 70; presses++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no way to ${selector}`);
}

const axeTests = Object.fromEntries(
  [
    { theme: "light", width: 1280 },
    { theme: "dark", width: 1280 },
    { theme: "light", width: 360 },
    { theme: "dark", width: 320 },
    { theme: "dark", width: 1280, colors: "active" },
    // 1280 × 1024 at 200 %.
    { theme: "light", width: 640, height: 512 },
  ].map(({ colors, ...look }) => [
    `axe finds nothing: ${look.theme}, ${look.width} px${colors ? ", forced colours" : ""}`,
    async (kit) => {
      const { page } = kit;
      await kit.open({ ...look, colors });
      for (const example of EXAMPLES) {
        await kit.example(example);
        assert.deepEqual(await violations(page), [], example);
      }
      // Opens the parts that are closed at first.
      await kit.click("input[name=clock][value=fixed] + span");
      await kit.click("#add-secret");
      await kit.drop("body.bin", Buffer.from([0xff]));
      await kit.click("#code-rust");
      await kit.type("#make-secret", "short");
      await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
      assert.deepEqual(await violations(page), [], "opened");
      await kit.click("#own");
      await kit.verdict("Nothing to check yet");
      await kit.paste("#request", "this is no request");
      await kit.until(async () => assert.equal(await kit.page.$eval("#import-note", ({ className }) => className), "error"));
      assert.deepEqual(await violations(page), [], "empty, with an error");
      await kit.drop("two.har", JSON.stringify([{ headers: {} }, { headers: {} }]));
      await kit.until(async () => assert.equal(await kit.isHidden("#choices"), false));
      assert.deepEqual(await violations(page), [], "to choose from");
    },
  ]),
);

export const accessTests = {
  ...axeTests,

  async "nothing is wider than the screen"(kit) {
    for (const width of [320, 360, 390, 620, 768, 981, 1280, 1920]) {
      await kit.open({ width });
      for (const example of EXAMPLES) {
        await kit.example(example);
        const [content, screen] = await kit.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= screen, `${example}: ${content} > ${screen}`);
      }
    }
  },

  async "with the keyboard alone: from an empty page to a verdict, and to a copy"(kit) {
    const { page } = kit;
    const { headers, body, secret } = signed(SMALL);
    const tabTo = (id) => tab(page, `#${id}`);
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
    await tabTo("scheme-0");
    await page.keyboard.type("body");
    await tabTo("secret-0");
    await fill(secret);
    await kit.until(async () => assert.equal(await kit.text("#verdict .answer code"), "401 wrong_scheme"));
    await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    await page.keyboard.up("Shift");
    await page.keyboard.press("Home");
    await kit.verdict("Genuine");
    await page.keyboard.press("Tab");
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

  async "with the keyboard alone: a sample is broken, and one's own delivery is checked"(kit) {
    const { page } = kit;
    const { headers, body, secret } = signed(SMALL);
    await tab(page, ".chip.warn");
    await page.keyboard.press("Enter");
    await kit.verdict("Signed by your secret, but too old");
    // From here, backwards.
    await page.keyboard.down("Shift");
    await tab(page, "#own");
    await page.keyboard.up("Shift");
    await page.keyboard.press("Space");
    assert.equal(await page.evaluate(() => document.activeElement.id), "request");
    for (const line of ["POST /webhooks HTTP/1.1", ...lines(headers).split("\n"), ""]) {
      await page.keyboard.type(line);
      await page.keyboard.press("Enter");
    }
    await page.keyboard.type(body);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await kit.verdict("Add the secret");
    // The focus is where the secret goes.
    await page.keyboard.type(secret);
    await kit.verdict("Genuine");
  },

  async "the focus can always be seen"(kit) {
    const { page } = kit;
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const unseen = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return undefined;
        // The focus ring of a radio button is on its label.
        const shown = element.type === "radio" ? element.nextElementSibling : element;
        return getComputedStyle(shown).outlineStyle === "none" ? element.outerHTML.slice(0, 120) : undefined;
      });
      assert.equal(unseen, undefined);
    }
  },

  async "what has the focus is in sight and below nothing, on screens of any size"(kit) {
    const { page } = kit;
    // The smallest one is 1280 × 1024 at 400 %.
    for (const [width, height] of [[320, 256], [640, 512], [390, 844], [1280, 720]]) {
      await kit.open({ width, height });
      const seen = new Set();
      for (let presses = 0; presses < 70; presses++) {
        await page.keyboard.press("Tab");
        const [id, hidden] = await page.evaluate(() => {
          const { activeElement } = document;
          const element = activeElement.type === "radio" ? activeElement.nextElementSibling : activeElement;
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, Math.max(top, 0) + 4];
          const found = document.elementFromPoint(x, y);
          const isSeen = element === document.body || (y < bottom && found !== null && (element.contains(found) || found.contains(element)));
          return [activeElement.id, isSeen ? null : `${element.outerHTML.slice(0, 100)} below ${found?.outerHTML.slice(0, 100)}`];
        });
        seen.add(id);
        assert.equal(hidden, null, `${width} × ${height}`);
      }
      for (const id of ["own", "headers", "secret-0", "tolerance", "copy-fixture", "make-load", "policy"]) assert.ok(seen.has(id), `${width}: ${id}`);
    }
  },

  async "what is chosen is told apart where the system has the colours"(kit) {
    await kit.open({ colors: "active" });
    const look = (selector) => kit.page.$eval(selector, (element) => getComputedStyle(element).backgroundColor);
    assert.notEqual(await look(".chip[aria-pressed=true]"), await look(".chip[aria-pressed=false]"));
    assert.notEqual(await look("#code-curl"), await look("#code-rust"));
    assert.notEqual(await look("[value=real] + span"), await look("[value=fixed] + span"));
  },

  async "the verdict is said, and not said again each second"(kit) {
    const said = () => kit.page.$eval("#announced", ({ textContent }) => textContent);
    await kit.click("button.chip::-p-text(Changed body)");
    await kit.until(async () => assert.match(await said(), /^Refused\. Nothing explains it/));
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
    const motion = () =>
      kit.page.evaluate(() => {
        const moving = Array.from(document.querySelectorAll("*")).filter((element) => !/^(all|none)/.test(getComputedStyle(element).transition));
        return [moving.length > 0, getComputedStyle(document.documentElement).scrollBehavior];
      });
    await kit.open({ motion: "no-preference" });
    assert.deepEqual(await motion(), [true, "smooth"]);
    await kit.open({ motion: "reduce" });
    assert.deepEqual(await motion(), [false, "auto"]);
  },

  async "on a narrow screen, the verdict stays in sight"(kit) {
    const summary = async () => kit.text("#summary .title");
    const isInSight = (selector) =>
      kit.page.$eval(selector, (element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight + 1;
      });
    for (const width of [320, 390, 768]) {
      await kit.open({ width, height: 844 });
      assert.equal(await summary(), "Genuine");
      assert.ok(await isInSight("#summary"), `${width}`);
      await kit.example("Stale");
      await kit.until(async () => assert.equal(await summary(), "Signed by your secret, but too old"));
      assert.ok(await isInSight("#summary"), `${width}`);
      await kit.type("#body", "{}");
      await kit.until(async () => assert.equal(await summary(), "Refused"));
      assert.ok(await isInSight("#summary"), `${width}`);
      await kit.click("#summary");
      await kit.until(async () => assert.ok(await isInSight("#verdict .title")));
    }
    await kit.open();
    assert.equal(await kit.isHidden("#summary"), true);
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

// Every field and every button.

import assert from "node:assert/strict";
import { Webhook } from "agentmail-webhooks";
import { SMALL, signed } from "./deliveries.mjs";
import { lines } from "./kit.mjs";

export const controlTests = {
  async "one's own delivery takes the place of the sample, secret and all"(kit) {
    assert.equal(await kit.text("#sample-name"), "Sample: Genuine");
    assert.match(await kit.text("#secret-note"), /^This secret is for the samples/);
    await kit.click("#own");
    await kit.verdict("Nothing to check yet");
    assert.deepEqual([await kit.value("#headers"), await kit.value("#body"), await kit.value("#secret-0")], ["", "", ""]);
    assert.deepEqual([await kit.text("#sample-name"), await kit.text("#secret-note")], ["", ""]);
    assert.equal(await kit.page.evaluate(() => document.activeElement.id), "request");
    const { headers, body, secret } = signed(SMALL);
    await kit.paste("#headers", lines(headers));
    await kit.paste("#body", body);
    assert.equal((await kit.verdict("Add the secret")).answer, "500 invalid_secret");
    await kit.paste("#secret-0", secret);
    await kit.verdict("Genuine");
    // A secret that was put in stays.
    await kit.click("#own");
    await kit.verdict("Nothing to check yet");
    assert.equal(await kit.value("#secret-0"), secret);
  },

  async "secrets are shown, hidden, added and removed"(kit) {
    const types = () => kit.page.$$eval("#secrets input", (fields) => fields.map(({ type }) => type));
    assert.deepEqual(await types(), ["text"]);
    await kit.click("#reveal");
    assert.deepEqual(await types(), ["password"]);
    await kit.click("#add-secret");
    assert.deepEqual(await types(), ["password", "password"]);
    assert.equal(await kit.page.evaluate(() => document.activeElement.id), "secret-1");
    await kit.click("#reveal");
    assert.deepEqual(await types(), ["text", "text"]);
    await kit.click("[aria-label='Remove secret 0']");
    assert.deepEqual(await types(), ["text"]);
    assert.equal(await kit.isHidden("[aria-label='Remove secret 0']"), true);
    for (let count = 1; count < 16; count++) await kit.click("#add-secret");
    assert.equal(await kit.page.$eval("#add-secret", ({ disabled }) => disabled), true);
  },

  async "options that make no sense are told, and mended"(kit) {
    await kit.type("#tolerance", "soon");
    assert.equal((await kit.verdict("Wrong configuration")).answer, "500 invalid_option");
    assert.equal(await kit.page.$eval("#tolerance", (field) => field.getAttribute("aria-invalid")), "true");
    await kit.type("#tolerance", "60");
    await kit.verdict("Genuine");
    assert.equal(await kit.text(".edge.late"), "+1 min");
    await kit.click("input[name=clock][value=fixed] + span");
    await kit.type("#now", "half past nine");
    await kit.verdict("Wrong configuration");
    await kit.type("#now", "1700000000");
    await kit.verdict("Signed by your secret, but too new");
  },

  async "the theme goes round, and is remembered"(kit) {
    const background = () => kit.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await kit.click("#theme");
    assert.equal(await background(), light);
    await kit.click("#theme");
    const dark = await background();
    assert.notEqual(dark, light);
    await kit.page.reload();
    await kit.page.waitForSelector("[data-ready]");
    assert.equal(await background(), dark);
    await kit.click("#theme");
    assert.equal(await background(), light);
    await kit.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    assert.equal(await background(), dark);
  },

  async "a body that a field would change is held"(kit) {
    const body = "{\r\n  \"event_type\": \"x\"\r\n}\r\n";
    const { headers, secret } = signed(body);
    await kit.paste("#headers", lines(headers));
    await kit.paste("#secret-0", secret);
    await kit.paste("#body", body);
    await kit.verdict("Genuine, of an unknown event type");
    assert.match(await kit.text("#body-held"), /CR LF/);
    assert.ok((await kit.texts(".part.payload .unseen")).includes("CR"));
    await kit.click("#body-edit");
    assert.match((await kit.verdict("Refused, for this reason")).why, /CR LF instead of LF/);
    await kit.drop("body.bin", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    await kit.until(async () => assert.equal(await kit.text("#body-size"), "4 bytes, not UTF-8"));
  },

  async "copied as a fixture, it is a case that the library passes"(kit) {
    for (const example of ["Genuine", "Stale", "Unknown event", "Secret with a space", "Rotation"]) {
      await kit.example(example);
      const found = await copyOf(kit, "#copy-fixture", "Copied.");
      const { id, comment, flags, secrets, now, headers, payload, call, expected, ...rest } = JSON.parse(found);
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(comment && flags.length > 0);
      assert.deepEqual(rest, {});
      const run = () => new Webhook(secrets, { now: () => now }).receive(payload, headers);
      if (expected.error) {
        assert.equal(call, "receive");
        assert.throws(run, { code: expected.error.code });
      } else {
        const { event, idempotencyKey, ...verification } = run();
        assert.deepEqual({ verification, event, idempotencyKey }, expected);
      }
    }
    // The page warns that the copied case contains the secret.
    await kit.type("#secret-0", "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=");
    await kit.drop("body.bin", Buffer.from([0x7b, 0xff, 0x7d]));
    await kit.type("#tolerance", "30");
    await kit.until(async () => assert.equal(await kit.text("#body-size"), "3 bytes, not UTF-8"));
    const { payload_hex, tolerance } = JSON.parse(await copyOf(kit, "#copy-fixture", /contains your secret/));
    assert.deepEqual({ payload_hex, tolerance }, { payload_hex: "7bff7d", tolerance: 30 });
  },

  async "the event is copied"(kit) {
    const event = JSON.parse(await copyOf(kit, "#copy-event", "Copied."));
    assert.deepEqual(event.message.from, [{ email: "jane@example.com" }]);
    assert.deepEqual(event.message.extra, { priority: "high" });
  },

  async "cleared, there is nothing to copy, and the steps say what they will show"(kit) {
    await kit.click("#clear");
    await kit.verdict("Nothing to check yet");
    for (const id of ["copy-curl", "copy-fixture"]) assert.equal(await kit.page.$eval(`#${id}`, ({ disabled }) => disabled), true);
    assert.equal(await kit.isHidden("#step-event"), true);
    assert.match(await kit.text("#step-signatures"), /Each signature against each secret/);
  },

  async "a step leads to its drawing"(kit) {
    await kit.open({ motion: "no-preference" });
    for (const [index, id] of ["step-headers", "step-content", "step-timestamp", "step-signatures", "step-advice", "step-event"].entries()) {
      await kit.click(`.stepper li:nth-child(${index + 1}) a`);
      assert.equal(await kit.page.evaluate(() => location.hash), `#${id}`);
    }
    // Nothing of the delivery is in the address.
    assert.equal(await kit.page.evaluate(() => location.search), "");
    await kit.click("#step-headers summary");
    assert.equal(await kit.isHidden("#step-headers details dl"), false);
  },

  async "deliveries are drawn while they are typed"(kit) {
    const { headers, secret } = signed(SMALL);
    await kit.type("#headers", lines(headers));
    await kit.type("#secret-0", secret);
    await kit.type("#body", JSON.stringify(SMALL).slice(0, -1));
    await kit.verdict("Refused");
    await kit.page.keyboard.type("}");
    await kit.verdict("Genuine");
    // The field that is typed into keeps the focus.
    assert.equal(await kit.page.evaluate(() => document.activeElement.id), "body");
  },
};

/** Returns what a button copies, once the page reports it. */
export async function copyOf(kit, selector, said) {
  await kit.page.evaluate(() => navigator.clipboard.writeText("nothing"));
  await kit.click(selector);
  await kit.until(async () => {
    const told = await kit.text("#told");
    assert.ok(said instanceof RegExp ? said.test(told) : told === said, told);
    assert.notEqual(await kit.copied(), "nothing");
  });
  return kit.copied();
}

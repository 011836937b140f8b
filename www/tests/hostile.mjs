// Hostile and malformed input.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { copyOf } from "./controls.mjs";
import { SMALL, signed } from "./deliveries.mjs";
import { received } from "./generator.mjs";
import { lines } from "./kit.mjs";

const MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>";
/** Characters that reverse or hide text, or ring the bell. None may be drawn as it is. */
const UNSEEN = "\u202egnp.exe\u202c\u2066\u200b\u200e\ufeff\u061c\u00ad\u{e0041}\u0007\u001b[31m\u0085";
const RAW_UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

const WORDS = ["", "null", "3", "\"text\"", "{}", "[]", "[null]"];

/** Malformed HARs, and JSON that resembles a request. */
const BROKEN = [
  ...["null", "3", "\"a\"", "{}", "[]", "[[]]"].map((entries) => `{"log":{"entries":${entries}}}`),
  ...WORDS.map((request) => `{"log":{"entries":[{"request":${request || "[}"}}]}}`),
  ...WORDS.map((headers) => `{"headers":${headers || "[}"},"body":"{}"}`),
  ...["[[]]", "[{}]", "[{\"name\":3}]", "[{\"name\":\"a\",\"value\":{}}]", "{\"a\":[{}]}", "{\"a\":null}"].map((headers) => `{"headers":${headers}}`),
  "{\"headers\":{\"a\":\"b\"},\"body\":{}}",
  "{\"headers\":{\"a\":\"b\"},\"body\":\"%\",\"isBase64Encoded\":true}",
  "{\"requests\":[{\"request\":{\"raw\":\"%%%\"}}]}",
  "{\"log\":{\"entries\":[{\"request\":{\"headers\":[],\"postData\":{\"params\":[1]}}}]}}",
  `{"log":${"[".repeat(100_000)}`,
  `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  "{\"log\":{\"entries\":[",
  "\u0000\u0001\u0002",
];

/** Pairs that are no HTTP headers. The first is JSON when written as `name: value`. curl reads `@path` as a file. */
const NO_HEADERS = [
  ['{"@/etc/passwd\\u0000":"', 'v","svix-id":"msg_1"}'],
  ["@/etc/passwd", "x"],
  ["x-space ", "x"],
  ["x-nul\0", "x"],
  ["", "x"],
  ["x-value-nul", "a\0b"],
  ["x-value-lines", "a\r\nx-injected: b"],
  ["x-value-escape", "\u001b[31m"],
];

/** Asserts that no text became an element, and that no invisible character is drawn. */
async function expectText({ page }) {
  assert.deepEqual(await page.$$eval("main img, main script, .compare b", (found) => found.length), 0);
  const text = await page.evaluate(() => document.body.innerText);
  assert.equal(RAW_UNSEEN.exec(text)?.[0].codePointAt(0).toString(16), undefined);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}

export const hostileTests = {
  async "markup and characters that are not seen, in every field"(kit) {
    const text = MARKUP + UNSEEN;
    const fields = ["#headers", "#body", "#secret-0", "#tolerance", "#make-secret", "#make-url"];
    await kit.click("input[name=clock][value=fixed] + span");
    for (const field of [...fields, "#now"]) {
      await kit.paste(field, text);
      await kit.until(() => expectText(kit));
    }
    await kit.click("#code-javascript");
    await expectText(kit);
    await kit.click("#import-toggle");
    await kit.paste("#request", text);
    await kit.until(async () => assert.match(await kit.text("#import-note"), /^This cannot be read/));
    await expectText(kit);
  },

  async "the same in what is shown of a delivery, of a file and of a HAR"(kit) {
    const text = MARKUP + UNSEEN;
    const raw = JSON.stringify({ event_type: `message.${text}`, [text]: { __proto__x: text }, type: "event" }).replace("__proto__x", "__proto__");
    const { headers, body, secret } = signed(raw);
    // In a JSON object, names and values can be anything. A pair with control characters is no header, but is shown.
    const noControls = text.replaceAll(/[\u0000-\u0020]/g, "");
    await kit.put({ headers: JSON.stringify({ ...headers, [text]: text, "x-hostile": noControls, "svix-signature": `${headers["svix-signature"]} v1,${noControls}` }), body, secret });
    await kit.until(async () => assert.match(await kit.text("#verdict .title"), /^(Genuine, of an unknown event type|Refused)$/));
    await kit.page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
    await expectText(kit);
    for (const part of ["#step-event", "#step-headers", ".part.payload", "#step-signatures"]) {
      const shown = await kit.text(part);
      assert.ok(shown.includes("<img"), part);
      if (part !== "#step-signatures") assert.ok(shown.includes("U+202E") && shown.includes("U+E0041"), `${part}: ${shown}`);
    }
    assert.ok((await kit.text("#step-event .head .says")).includes("[U+202E]"));
    await kit.drop(`${UNSEEN.replaceAll(/[\u0000-\u001f]/g, "")}.json`, "{}");
    await kit.until(async () => assert.match(await kit.text("#told"), /^The body is now \[U\+202E\]gnp\.exe/));
    await expectText(kit);
    const entries = [1, 2].map(() => ({ request: { method: text, url: text, headers: [{ name: "svix-signature", value: text }], postData: { text } } }));
    await kit.drop("hostile.har", JSON.stringify({ log: { entries } }));
    await kit.until(async () => assert.equal(await kit.isHidden("#choices"), false));
    assert.match(await kit.page.$eval("#choose option:nth-child(2)", ({ textContent }) => textContent), /^1: <img .*\[U\+202E\]gnp/);
    await expectText(kit);
    await kit.choose("#choose", "2");
    await kit.until(async () => assert.match(await kit.text("#import-note"), /^Read a HAR/));
    await expectText(kit);
  },

  async "what is no header is shown as such, and is in no command"(kit) {
    const { headers, body } = signed(SMALL);
    const seen = "\u009b31m'\\\u202e\u20287";
    const pairs = [...NO_HEADERS, ...Object.entries({ ...headers, "x-seen": seen })];
    const har = { log: { entries: [{ request: { headers: pairs.map(([name, value]) => ({ name, value })), postData: { text: body } } }] } };
    const check = async (strays) => {
      await kit.until(async () => assert.equal((await kit.texts("#step-headers .note")).filter((note) => note.startsWith("no header: ")).length, strays));
      await expectText(kit);
      const { headers: sent } = await received(async (url) => {
        await kit.type("#make-url", url);
        const command = await copyOf(kit, "#copy-curl", /^Copied/);
        assert.equal(RAW_UNSEEN.exec(command.replaceAll("\n", "")), null);
        await promisify(execFile)("bash", ["-c", command]);
      });
      const own = sent.filter(([name]) => /^(svix|x)-/.test(name));
      assert.deepEqual(own.map(([name, value]) => [name, Buffer.from(value, "latin1").toString()]), [...Object.entries(headers), ["x-seen", seen]]);
    };
    await kit.drop("forged.har", JSON.stringify(har));
    await kit.until(async () => assert.match(await kit.text("#import-note"), /^Read a HAR/));
    await check(NO_HEADERS.length);
    await kit.paste("#headers", JSON.stringify(pairs));
    await check(NO_HEADERS.length);
    // The first pair alone, which must not be read as an object; and then that object.
    await kit.drop("alone.har", JSON.stringify({ log: { entries: [{ request: { headers: [{ name: NO_HEADERS[0][0], value: NO_HEADERS[0][1] }], postData: { text: body } } }] } }));
    await kit.until(async () => assert.match(await kit.text("#import-note"), /^Read a HAR: 1 header,/));
    await kit.until(async () => assert.match(await kit.text("#step-headers .drawing"), /no header: \{"@\/etc/));
    assert.doesNotMatch(await copyOf(kit, "#copy-curl", /^Copied/), /-H /);
    await kit.paste("#headers", JSON.stringify({ "@/etc/passwd\0": ": v", ...headers, "x-seen": seen }));
    await check(1);
  },

  async "a URL that no command can hold"(kit) {
    await kit.page.$eval("#make-url", (field) => {
      field.value = "http://localhost/a\0b";
      field.dispatchEvent(new Event("input"));
    });
    await kit.until(async () => assert.match(await kit.text("#code"), /^curl -g -X POST 'http:\/\/localhost\/a%00b'/));
  },

  async "a long word where headers are expected"(kit) {
    // A parser that looks for a name at each of these letters would take too long.
    for (const text of [`{${"a".repeat(500_000)}`, `{'${"a".repeat(500_000)}`, `{${"a:'".repeat(100_000)}`, `{a:${" ".repeat(500_000)}`]) {
      await kit.paste("#headers", "svix-id: 1");
      await kit.until(async () => assert.deepEqual(await kit.texts("#step-headers .note"), []));
      await kit.paste("#headers", text);
      await kit.until(async () => assert.notDeepEqual(await kit.texts("#step-headers .drawing"), []));
      await kit.until(async () => assert.match(await kit.text("#step-headers .drawing"), /no header: \{|other header/));
    }
  },

  async "what says that it is a request, and is none"(kit) {
    await kit.click("#import-toggle");
    const before = await kit.value("#headers");
    for (const text of BROKEN) {
      await kit.paste("#request", "x");
      await kit.page.$eval("#import-note", (note) => (note.textContent = ""));
      await kit.paste("#request", text);
      await kit.until(async () => assert.match(await kit.text("#import-note"), /^This cannot be read: \w/, text.slice(0, 100)));
      assert.equal(await kit.value("#headers"), before, text.slice(0, 100));
    }
  },

  async "a HAR of 5,000 requests"(kit) {
    const entries = Array.from({ length: 5000 }, (_, index) => ({ request: { method: "POST", url: `https://example.com/${index}`, headers: [{ name: "svix-signature", value: "v1,AAAA" }] } }));
    await kit.drop("long.har", JSON.stringify({ log: { entries } }));
    await kit.until(async () => assert.equal(await kit.text("#import-note"), "5,000 requests: choose one."));
    assert.equal(await kit.page.$$eval("#choose option", ({ length }) => length), 501);
  },

  async "deep, long and wide JSON"(kit) {
    for (const body of [
      `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      `{"event_type":"x","a":[${"0,".repeat(60_000)}0]}`,
      `{"event_type":"x",${Array.from({ length: 3000 }, (_, index) => `"k${index}":{"a":[1,{"b":[2,[3]]}]}`).join()}}`,
      `{"event_type":"x","long":"${"long ".repeat(9000)}","${"k".repeat(9000)}":1}`,
    ]) {
      await kit.put(signed(body));
      await kit.until(async () => assert.match(await kit.text("#verdict .title"), /^Genuine, /));
      await kit.until(async () => assert.match(await kit.text(".part.payload .size"), new RegExp(body.length.toLocaleString("en"))));
      assert.ok((await kit.texts(".compare tr")).length < 600);
      assert.equal(await kit.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    }
  },

  async "a body of 5 MB"(kit) {
    const body = JSON.stringify({ ...SMALL, note: "x".repeat(5_000_000) });
    const { headers, secret } = signed(body);
    await kit.paste("#headers", lines(headers));
    await kit.paste("#secret-0", secret);
    await kit.drop("large.json", body);
    await kit.verdict("Genuine");
    assert.match(await kit.text("#body-held"), /is long/);
    assert.equal(await kit.text("#body-size"), `${body.length.toLocaleString("en")} bytes`);
    assert.match(await kit.text(".cut"), /^(5,000,0|4,999,)\d+ bytes not shown$/);
    // The slow way: nothing matches, and everything is tried.
    await kit.paste("#secret-0", "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=");
    await kit.verdict("Refused");
    await kit.click("#body-remove");
    await kit.until(async () => assert.equal(await kit.text("#body-size"), "0 bytes"));
    // A pasted body is held too.
    await kit.paste("#body", body);
    await kit.until(async () => assert.equal(await kit.text("#body-size"), `${body.length.toLocaleString("en")} bytes`));
    assert.match(await kit.text("#body-held"), /is long/);
  },

  async "2,000 headers, and lines that are none"(kit) {
    const many = Array.from({ length: 2_000 }, (_, index) => `x-${index}: ${index}\nno header ${index}`).join("\n");
    const { headers, body, secret } = signed(SMALL);
    await kit.put({ headers: `${lines(headers)}\n${many}`, body, secret });
    await kit.until(async () => assert.match(await kit.text("#step-headers summary"), /^2,000 other headers/));
    assert.match(await kit.text("#step-headers .drawing"), /and 1,940 more lines/);
    assert.ok((await kit.page.$$eval("#step-headers *", ({ length }) => length)) < 2000);
  },

  async "numbers that are no times"(kit) {
    for (const timestamp of ["0", "00000000000000000001", "99999999999999999999", "9007199254740993", "-1", "1e9", "NaN"]) {
      const { headers, body, secret } = signed(SMALL);
      headers["svix-timestamp"] = timestamp;
      await kit.put({ headers, body, secret });
      await kit.until(async () => assert.match(await kit.text("#verdict .title"), /^(Refused|Signed by)/, timestamp));
      await expectText(kit);
    }
    await kit.click("input[name=clock][value=fixed] + span");
    for (const now of ["0", "9".repeat(30), "9".repeat(400), "-5", "1969-01-01", "+275760-09-13T00:00:01Z"]) {
      await kit.type("#now", now);
      await kit.until(async () => assert.match(await kit.text("#verdict .title"), /^(Refused|Wrong|Signed|Genuine)/, now));
      await expectText(kit);
    }
    for (const tolerance of ["0", "1e308", "1e309", "-1", "0x10"]) {
      await kit.type("#tolerance", tolerance);
      await kit.until(async () => assert.equal(await kit.value("#tolerance"), tolerance));
      await expectText(kit);
    }
  },
};

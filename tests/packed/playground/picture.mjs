// What is shown: the verdict, each step, the event.

import assert from "node:assert/strict";
import { SECRETS, SMALL, now, sample, signed } from "./deliveries.mjs";
import { lines } from "./kit.mjs";

/** Puts a delivery into the fields, by paste. */
async function put(kit, { headers, body, secret, scheme = "standard" }) {
  await kit.paste("#headers", typeof headers === "string" ? headers : lines(headers));
  await kit.paste("#body", body);
  await kit.paste("#secret-0", secret);
  await kit.choose("#scheme-0", scheme);
}

const EXAMPLES = {
  Genuine: { title: "Genuine", answer: "200", matrix: [["matches"]], why: /^Secret 0 signed it under scheme standard/ },
  Rotation: { title: "Genuine", answer: "200", matrix: [["matches", "differs"], ["differs", "matches"]], why: /^Secret 0/ },
  "Rewritten JSON": { title: "Refused, and here is why", answer: "401 signature_mismatch", matrix: [["differs"]], why: /^It verifies as compact JSON/ },
  Forged: { title: "Refused", answer: "401 signature_mismatch", matrix: [["differs"]], why: /no usual mistake explains it/ },
  Stale: { title: "Signed by your secret, but too old", answer: "401 timestamp_too_old", matrix: [["matches"]], why: /^12\d\d s before now/ },
  "Secret with a space": { title: "Refused, and here is why", answer: "500 invalid_secret", matrix: [["secret malformed"]], why: /white space/ },
  Unsigned: { title: "Refused", answer: "401 unsigned_delivery", matrix: [], why: /^Unsigned delivery/ },
  "Unknown event": { title: "Genuine, of an unknown event type", answer: "200", matrix: [["matches"]], why: /newer than this version/ },
};

export const pictureTests = {
  async "begins with a genuine example"(kit) {
    const { answer } = await kit.verdict("Genuine");
    assert.equal(answer, "200");
    assert.equal(await kit.page.$eval("#verdict", ({ className }) => className), "verdict good");
    assert.deepEqual(await kit.texts(".stepper a"), ["Headers", "Content", "Timestamp", "Signature", "Verdict", "Event"].map((name) => `${name}: pass`));
    assert.equal(await kit.page.$eval(".chip[aria-pressed=true]", ({ textContent }) => textContent), "Genuine");
  },

  async "each example has its verdict"(kit) {
    for (const [name, { title, answer, matrix, why }] of Object.entries(EXAMPLES)) {
      await kit.click(`button.chip::-p-text(${name})`);
      const found = await kit.verdict(title);
      assert.equal(found.answer, answer, name);
      assert.match(found.why, why, name);
      assert.deepEqual(await kit.matrix(), matrix, name);
    }
  },

  async "a genuine delivery of each scheme, typed key by key"(kit) {
    await kit.click("#clear");
    await kit.verdict("Nothing to check yet");
    for (const scheme of ["standard", "timestamped", "body"]) {
      const { headers, body, secret } = signed(SMALL, { scheme });
      await kit.type("#headers", lines(headers));
      await kit.type("#body", body);
      await kit.type("#secret-0", secret);
      await kit.choose("#scheme-0", scheme);
      const { why } = await kit.verdict("Genuine");
      assert.match(why, scheme === "body" ? /verifies for ever/ : new RegExp(`scheme ${scheme}, inside`));
      assert.deepEqual(await kit.matrix(), [["matches"]]);
      const parts = { standard: ["id", "timestamp", "payload"], timestamped: ["timestamp", "payload"], body: ["payload"] }[scheme];
      assert.deepEqual(await kit.texts(".part .label span:first-child"), parts);
      const size = Object.keys(headers).length > 1 ? parts.length - 1 : 0;
      const signedBytes = body.length + size + (parts.includes("id") ? 8 : 0) + (parts.includes("timestamp") ? 10 : 0);
      assert.match(await kit.text(".signed figcaption"), new RegExp(`over ${signedBytes} bytes`));
    }
  },

  async "a forged body, and headers of another scheme"(kit) {
    const delivery = signed(SMALL);
    await put(kit, { ...delivery, body: delivery.body.replace("\"m\"", "\"n\"") });
    assert.equal((await kit.verdict("Refused")).answer, "401 signature_mismatch");
    await kit.choose("#scheme-0", "body");
    await kit.until(async () => assert.equal(await kit.text("#verdict .answer code"), "401 wrong_scheme"));
    assert.deepEqual(await kit.texts(".headers dd.absent"), ["did not come"]);
  },

  async "stale, and checked at its own time; from the future"(kit) {
    await put(kit, signed(SMALL, { timestamp: 1_700_000_000 }));
    await kit.verdict("Signed by your secret, but too old");
    assert.match(await kit.text(".flag"), /^\d+ years? ago$/);
    assert.equal(await kit.page.$eval(".when", ({ dataset }) => dataset.inside), "false");
    await kit.click("#own-time");
    await kit.verdict("Genuine");
    assert.equal(await kit.value("#now"), "1700000000");
    assert.equal(await kit.text(".flag"), "now");
    assert.equal(await kit.text("#now-note"), "2023-11-14 22:13:20 UTC");
    assert.equal(await kit.isHidden("#own-time"), true);
    await kit.type("#now", "2023-11-14T22:00:00Z");
    await kit.verdict("Signed by your secret, but too new");
    assert.equal(await kit.text(".flag"), "in 13 min 20 s");
    await kit.click("#at-delivery");
    await kit.verdict("Genuine");
    await kit.click("input[name=clock][value=real] + span");
    await kit.verdict("Signed by your secret, but too old");
  },

  async "the clock moves, and the window closes before one's eyes"(kit) {
    await kit.type("#tolerance", "6");
    // Open for twelve seconds from now: long enough for a slow machine to see it so.
    await put(kit, signed(SMALL, { timestamp: now() + 6 }));
    const seen = new Set();
    await kit.until(async () => {
      seen.add(await kit.text("#verdict .title"));
      assert.equal(await kit.text("#verdict .title"), "Signed by your secret, but too old");
    });
    assert.ok(seen.has("Genuine"), [...seen].join(", "));
    const before = await kit.text("#step-timestamp .says");
    await kit.until(async () => assert.notEqual(await kit.text("#step-timestamp .says"), before));
    assert.equal(await kit.text("#verdict .why"), await kit.text("#step-timestamp .says"));
  },

  async "an event that is unknown"(kit) {
    await put(kit, signed({ event_type: "message.teleported", event_id: "e1", teleport: { to: "moon" } }));
    await kit.verdict("Genuine, of an unknown event type");
    assert.equal(await kit.text("#step-event .head .says"), "Unknown event type message.teleported");
    const typed = await kit.texts(".compare .typed .line");
    assert.ok(typed.includes("wire_type: \"message.teleported\""), typed.join("\n"));
    assert.ok(typed.includes("teleport: { to: \"moon\" }"));
  },

  async "a genuine delivery that is no event"(kit) {
    await put(kit, signed({ event_type: "message.opened", open: { inbox_id: "i", thread_id: "t", message_id: 3 } }));
    const { why, answer } = await kit.verdict("Genuine, but not an event");
    assert.equal(answer, "400 invalid_event");
    assert.match(why, /open\.message_id: expected a string, found a number/);
    assert.match(await kit.text("#step-event .error"), /open\.message_id/);
    // What came is shown all the same.
    assert.ok((await kit.texts(".compare.single .line")).length > 0);
    await put(kit, signed("{\"event_type\": "));
    assert.equal((await kit.verdict("Genuine, but not an event")).answer, "400 invalid_json");
    assert.equal((await kit.texts(".compare")).length, 0);
  },

  async "secrets of a wrong form"(kit) {
    for (const [secret, says] of [
      ["", /empty/],
      ["not base64!", /base64/],
      ["whsec_c2hvcnQ=", /under 16 bytes/],
    ]) {
      await kit.type("#secret-0", secret || " ");
      if (!secret) await kit.page.keyboard.press("Backspace");
      await kit.until(async () => assert.equal(await kit.text("#verdict .answer code"), "500 invalid_secret"));
      assert.match(await kit.text("#verdict .why"), says);
      assert.deepEqual(await kit.matrix(), [["secret malformed"]]);
      assert.equal(await kit.page.$eval("#step-signatures", ({ className }) => className), "fail");
    }
  },

  async "malformed headers, and lines that are none"(kit) {
    const { body, secret } = signed(SMALL);
    await put(kit, { headers: "svix-id: a.b\nsvix-timestamp: yesterday\nsvix-signature: v1,???\nwhat is this", body, secret });
    assert.equal((await kit.verdict("Refused")).answer, "400 invalid_header");
    assert.match(await kit.text("#step-headers .drawing"), /no header: what is this/);
    assert.match(await kit.text("#step-timestamp .drawing"), /has no place on the line/);
    assert.deepEqual(await kit.matrix(), [["malformed"]]);
    await kit.type("#headers", "\n\n");
    assert.equal((await kit.verdict("Refused")).answer, "400 missing_header");
  },

  async "headers as a log shows them"(kit) {
    const { headers, body, secret } = signed(SMALL);
    await put(kit, { headers: JSON.stringify(headers, null, 2), body, secret });
    await kit.verdict("Genuine");
    const logged = Object.entries(headers).map(([name, value]) => `  '${name}': '${value}'`);
    await kit.paste("#headers", `{\n  host: 'localhost',\n${logged.join(",\n")}\n}`);
    await kit.verdict("Genuine");
    assert.match(await kit.text("#step-headers summary"), /^1 other header/);
  },

  async "signatures of other versions, and both secrets of a rotation"(kit) {
    const { headers, body, secret } = signed(SMALL);
    headers["svix-signature"] = `v1a,${"A".repeat(86)}== ${headers["svix-signature"]}`;
    await put(kit, { headers, body, secret: "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=" });
    await kit.verdict("Refused");
    await kit.click("#add-secret");
    await kit.paste("#secret-1", secret);
    await kit.click("#add-secret");
    await kit.choose("#scheme-2", "body");
    await kit.paste("#secret-2", SECRETS.body);
    assert.match((await kit.verdict("Genuine")).why, /^Secret 1/);
    assert.deepEqual(await kit.matrix(), [
      ["version not read", "version not read", "other scheme"],
      ["differs", "matches", "other scheme"],
    ]);
    await kit.click("[aria-label='Remove secret 1']");
    await kit.verdict("Refused");
  },

  async "what became of the payload, each way"(kit) {
    const body = {
      type: "event",
      event_type: "message.received",
      message: { ...sample("message.received", undefined, { dialect: "002" }).message, from_: "Jane <jane@example.com>", subject: null, mood: "sunny" },
      thread: {},
    };
    await put(kit, signed(body));
    await kit.verdict("Genuine");
    const notes = await kit.texts(".compare tbody .tag");
    for (const note of ["null is absent", "empty is absent", "always the same", "goes to extra", "kept as it came", "added"]) {
      assert.ok(notes.some((text) => text.endsWith(note)), `${note} in ${notes.join(", ")}`);
    }
    assert.ok(notes.some((text) => text.includes("from_ is from; a list, with name and email apart")), notes.join(", "));
    const legend = await kit.texts(".legend .tag");
    for (const name of ["normalised", "renamed", "dropped", "added", "extra"]) assert.ok(legend.some((text) => text.includes(name)), legend.join());
  },

  async "a stranger's text stays text"(kit) {
    const text = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202Egnp.exe\u200b";
    const body = { ...SMALL, event_id: text, [text]: { __proto__x: text }, type: "event" };
    const raw = JSON.stringify(body).replace("__proto__x", "__proto__");
    await put(kit, { ...signed(raw), headers: { ...signed(raw).headers, "x-hostile": text } });
    await kit.verdict("Genuine");
    assert.equal(await kit.page.$$eval("main img, main script, .compare b", (found) => found.length), 0);
    const shown = await kit.text("#step-event");
    assert.ok(shown.includes("<img src=x onerror=alert(1)>"));
    assert.ok(shown.includes("U+202E") && shown.includes("U+200B"), "what turns writing around is made visible");
    assert.ok(!shown.includes("\u202e"));
  },

  async "deep, long and wide JSON"(kit) {
    for (const body of [
      `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      `{"event_type":"x","a":[${"0,".repeat(60_000)}0]}`,
      `{"event_type":"x",${Array.from({ length: 3000 }, (_, index) => `"k${index}":{"a":[1,{"b":[2,[3]]}]}`).join()}}`,
      `{"event_type":"x","long":"${"long ".repeat(9000)}","${"k".repeat(9000)}":1}`,
    ]) {
      await put(kit, signed(body));
      await kit.until(async () => assert.match(await kit.text("#verdict .title"), /^Genuine, /));
      await kit.until(async () => assert.match(await kit.text(".part.payload .size"), new RegExp(body.length.toLocaleString("en"))));
      assert.ok((await kit.texts(".compare tr")).length < 600);
      assert.equal(await kit.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    }
  },

  async "a body of 2 MB"(kit) {
    const body = JSON.stringify({ ...SMALL, note: "x".repeat(2_000_000) });
    const { headers, secret } = signed(body);
    await kit.paste("#headers", lines(headers));
    await kit.paste("#secret-0", secret);
    await kit.drop("large.json", body);
    await kit.verdict("Genuine");
    assert.match(await kit.text("#body-held"), /is long/);
    assert.equal(await kit.text("#body-size"), `${body.length.toLocaleString("en")} bytes`);
    assert.match(await kit.text(".cut"), /2,000,0\d\d bytes not shown|1,999,\d+ bytes not shown/);
    // The slow way: nothing matches, and everything is tried.
    await kit.type("#secret-0", "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=");
    await kit.verdict("Refused");
    await kit.click("#body-remove");
    await kit.until(async () => assert.equal(await kit.text("#body-size"), "0 bytes"));
  },
};

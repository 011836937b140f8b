// The results on the page: the verdict, each step, the event.

import assert from "node:assert/strict";
import { SECRETS, SMALL, now, sample, signed } from "./deliveries.mjs";
import { EXAMPLES as NAMES, lines } from "./kit.mjs";

const EXAMPLES = {
  Genuine: { title: "Genuine", answer: "200", matrix: [["matches"]], why: /^Secret 0 signed it under scheme standard/ },
  "Wrong secret": { title: "Refused", answer: "401 signature_mismatch", matrix: [["differs"]], why: /^Nothing explains it: most likely/ },
  Rotation: { title: "Genuine", answer: "200", matrix: [["matches", "differs"], ["differs", "matches"]], why: /^Secret 0/ },
  "Rewritten JSON": { title: "Refused, for this reason", answer: "401 signature_mismatch", matrix: [["differs"]], why: /^It verifies as compact JSON/ },
  "Changed body": { title: "Refused", answer: "401 signature_mismatch", matrix: [["differs"]], why: /^Nothing explains it: most likely/ },
  Stale: { title: "Signed by your secret, but too old", answer: "401 timestamp_too_old", matrix: [["matches"]], why: /^12\d\d s before now/ },
  "Secret with a space": { title: "Refused, for this reason", answer: "500 invalid_secret", matrix: [["secret malformed"]], why: /white space/ },
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
      await kit.example(name);
      const found = await kit.verdict(title);
      assert.equal(found.answer, answer, name);
      assert.match(found.why, why, name);
      assert.deepEqual(await kit.matrix(), matrix, name);
    }
    assert.deepEqual(Object.keys(EXAMPLES).toSorted(), [...NAMES].toSorted());
  },

  async "whoever comes for the first time sees what to do, and what it does"(kit) {
    for (const [width, height] of [[1440, 900], [1280, 720], [390, 844]]) {
      await kit.open({ width, height });
      for (const selector of ["h1", ".lead", "#own", ".promise", ".chip", "#delivery-title", width > 980 ? "#verdict .answer" : "#summary"]) {
        const { top, bottom } = await kit.page.$eval(selector, (element) => element.getBoundingClientRect().toJSON());
        assert.ok(top >= 0 && bottom <= height + 1, `${selector} at ${width} × ${height}: ${bottom}`);
      }
    }
  },

  async "nothing is approved that no signature covers"(kit) {
    const steps = () => kit.texts(".stepper a");
    await kit.example("Changed body");
    await kit.verdict("Refused");
    assert.deepEqual(await steps(), ["Headers: pass", "Content: note", "Timestamp: pass", "Signature: fail", "Verdict: fail", "Event: note"]);
    await kit.example("Stale");
    await kit.verdict("Signed by your secret, but too old");
    assert.deepEqual(await steps(), ["Headers: pass", "Content: pass", "Timestamp: stale", "Signature: pass", "Verdict: stale", "Event: note"]);
    assert.match(await kit.text("#step-event .note"), /^Shown although/);
  },

  async "what the receiver's code has in hand"(kit) {
    assert.deepEqual(await kit.texts("#step-advice dd code"), ["evt_9b41d7", "0"]);
    await kit.example("Rotation");
    await kit.until(async () => assert.deepEqual(await kit.texts("#step-advice dd code"), ["evt_9b41d7", "0"]));
    await kit.example("Changed body");
    await kit.until(async () => assert.deepEqual(await kit.texts("#step-advice dd code"), []));
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
      assert.match(why, scheme === "body" ? /verifies forever/ : new RegExp(`scheme ${scheme}, inside`));
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
    await kit.put({ ...delivery, body: delivery.body.replace("\"m\"", "\"n\"") });
    assert.equal((await kit.verdict("Refused")).answer, "401 signature_mismatch");
    await kit.choose("#scheme-0", "body");
    await kit.until(async () => assert.equal(await kit.text("#verdict .answer code"), "401 wrong_scheme"));
    assert.deepEqual(await kit.texts(".headers dd.absent"), ["did not come"]);
  },

  async "stale, and checked at its own time; from the future"(kit) {
    await kit.put(signed(SMALL, { timestamp: 1_700_000_000 }));
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
    // The window stays open for twelve seconds, long enough for a slow machine to see it open.
    await kit.put(signed(SMALL, { timestamp: now() + 6 }));
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
    await kit.put(signed({ event_type: "message.teleported", event_id: "e1", teleport: { to: "moon" } }));
    await kit.verdict("Genuine, of an unknown event type");
    assert.equal(await kit.text("#step-event .head .says"), "Unknown event type message.teleported");
    const typed = await kit.texts(".compare .typed .line");
    assert.ok(typed.includes("wire_type: \"message.teleported\""), typed.join("\n"));
    assert.ok(typed.includes("teleport: { to: \"moon\" }"));
  },

  async "a genuine delivery that is no event"(kit) {
    await kit.put(signed({ event_type: "message.opened", open: { inbox_id: "i", thread_id: "t", message_id: 3 } }));
    const { why, answer } = await kit.verdict("Genuine, but not an event");
    assert.equal(answer, "400 invalid_event");
    assert.match(why, /open\.message_id: expected a string, found a number/);
    assert.match(await kit.text("#step-event .error"), /open\.message_id/);
    // The payload is shown all the same.
    assert.ok((await kit.texts(".compare.single .line")).length > 0);
    await kit.put(signed("{\"event_type\": "));
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
    await kit.put({ headers: "svix-id: a.b\nsvix-timestamp: yesterday\nsvix-signature: v1,???\nwhat is this", body, secret });
    assert.equal((await kit.verdict("Refused")).answer, "400 invalid_header");
    assert.match(await kit.text("#step-headers .drawing"), /no header: what is this/);
    assert.match(await kit.text("#step-timestamp .drawing"), /is not on the line/);
    assert.deepEqual(await kit.matrix(), [["malformed"]]);
    await kit.type("#headers", "\n\n");
    assert.equal((await kit.verdict("Refused")).answer, "400 missing_header");
  },

  async "headers as a log shows them"(kit) {
    const { headers, body, secret } = signed(SMALL);
    await kit.put({ headers: JSON.stringify(headers, null, 2), body, secret });
    await kit.verdict("Genuine");
    const logged = Object.entries(headers).map(([name, value]) => `  '${name}': '${value}'`);
    await kit.paste("#headers", `{\n  host: 'localhost',\n${logged.join(",\n")}\n}`);
    await kit.verdict("Genuine");
    assert.match(await kit.text("#step-headers summary"), /^1 other header/);
  },

  async "signatures of other versions, and both secrets of a rotation"(kit) {
    const { headers, body, secret } = signed(SMALL);
    headers["svix-signature"] = `v1a,${"A".repeat(86)}== ${headers["svix-signature"]}`;
    await kit.put({ headers, body, secret: "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=" });
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
    await kit.put(signed(body));
    await kit.verdict("Genuine");
    const notes = await kit.texts(".compare tbody .tag");
    for (const note of ["null is absent", "empty is absent", "always the same", "goes to extra", "kept as it came", "added"]) {
      assert.ok(notes.some((text) => text.endsWith(note)), `${note} in ${notes.join(", ")}`);
    }
    assert.ok(notes.some((text) => text.includes("from_ renamed; now a list; name and email split")), notes.join(", "));
    const legend = await kit.texts(".legend .tag");
    for (const name of ["normalised", "renamed", "dropped", "added", "extra"]) assert.ok(legend.some((text) => text.includes(name)), legend.join());
  },
};

// Recorded requests: pasted, dropped, opened.

import assert from "node:assert/strict";
import { SMALL, signed } from "./deliveries.mjs";
import { lines } from "./kit.mjs";

const har = (...deliveries) => ({
  log: { entries: deliveries.map(({ headers, body }) => ({ request: { method: "POST", url: "https://example.com/hook", headers: Object.entries(headers).map(([name, value]) => ({ name, value })), postData: { text: body } } })) },
});

const raw = ({ headers, body }) => `POST /webhooks HTTP/1.1\r\nHost: example.com\r\n${lines(headers).replaceAll("\n", "\r\n")}\r\n\r\n${body}`;

/** Returns a request in the format of ngrok's inspector; `tunnel` in that of other tunnels. */
const ngrok = (delivery) => ({ requests: [{ id: "1", request: { method: "POST", raw: btoa(raw(delivery)) } }] });
const tunnel = ({ headers, body }) => ({ method: "POST", url: "/hook", headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])), body });

const curl = ({ headers, body }) => `curl https://example.com/hook ${Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`).join(" ")} --data-raw '${body}'`;

async function expectGenuine(kit, { secret }, note) {
  await kit.until(async () => assert.match(await kit.text("#import-note"), note));
  await kit.paste("#secret-0", secret);
  await kit.verdict("Genuine");
}

export const importTests = {
  async "a curl command, a HAR, a raw request and what tunnels record are read where they are pasted for it"(kit) {
    const delivery = signed(SMALL);
    for (const [text, note] of [
      [curl(delivery), /^Read a curl command: 3 headers, a body of \d+ bytes\.$/],
      [JSON.stringify(har(delivery)), /^Read a HAR: 3 headers/],
      [raw(delivery), /^Read a raw request: 4 headers/],
      [JSON.stringify(ngrok(delivery)), /^Read JSON: 4 headers/],
      [JSON.stringify(tunnel(delivery)), /^Read JSON: 3 headers/],
    ]) {
      await kit.click("#clear");
      await kit.click("#import-toggle");
      // A request that is pasted whole is read at once, before a field can change its line breaks.
      await kit.paste("#request", text);
      await kit.until(async () => assert.equal(await kit.isHidden("#import"), true));
      await expectGenuine(kit, delivery, note);
      assert.equal(await kit.value("#request"), "");
    }
    const crlf = signed("{\r\n  \"event_type\": \"x\"\r\n}\r\n");
    await kit.click("#own");
    await kit.paste("#request", raw(crlf));
    await kit.paste("#secret-0", crlf.secret);
    await kit.verdict("Genuine, of an unknown event type");
    // The note disappears with the next delivery.
    await kit.example("Stale");
    assert.equal(await kit.isHidden("#import-note"), true);
  },

  async "a request that is pasted among the headers is understood"(kit) {
    const delivery = signed(SMALL);
    await kit.paste("#headers", curl(delivery));
    await expectGenuine(kit, delivery, /^Read a curl command/);
    assert.equal((await kit.value("#headers")).trim(), lines(delivery.headers));
  },

  async "files are dropped or opened: requests, and bodies"(kit) {
    const delivery = signed(SMALL);
    await kit.drop("delivery.har", JSON.stringify(har(delivery)));
    await expectGenuine(kit, delivery, /^Read a HAR/);
    await kit.click("#clear");
    await kit.openFile("delivery.http", raw(delivery));
    await expectGenuine(kit, delivery, /^Read a raw request/);
    await kit.openFile("body.json", "{\"not\":\"it\"}");
    await kit.verdict("Refused");
    assert.equal(await kit.value("#body"), "{\"not\":\"it\"}");
    assert.equal(await kit.text("#told"), "The body is now body.json: 12 bytes.");
    await kit.drop("body.json", delivery.body);
    await kit.verdict("Genuine");
  },

  async "of several requests, one is chosen"(kit) {
    const [first, second] = [signed(SMALL), signed({ ...SMALL, event_id: "second" })];
    await kit.drop("two.har", JSON.stringify(har(first, second)));
    await kit.until(async () => assert.equal(await kit.text("#import-note"), "2 requests: choose one."));
    await kit.choose("#choose", "2");
    await expectGenuine(kit, second, /^Read a HAR/);
    assert.equal(await kit.value("#body"), second.body);
    await kit.choose("#choose", "1");
    await kit.until(async () => assert.equal(await kit.value("#body"), first.body));
    await kit.verdict("Genuine");
  },

  async "what is none is told, and changes nothing"(kit) {
    const before = await kit.value("#headers");
    await kit.click("#import-toggle");
    for (const text of ["hello there", "curl \"unclosed", "{\"log\": 1", ""]) {
      await kit.type("#request", text || " ");
      await kit.click("#read");
      await kit.until(async () => assert.match(await kit.text("#import-note"), /^This cannot be read: /));
    }
    assert.equal(await kit.value("#headers"), before);
    await kit.type("#request", "curl https://example.com -H 'svix-id: a' -d @body.json");
    await kit.click("#read");
    await kit.until(async () => assert.match(await kit.text("#import-note"), /the body is in the file body\.json: drop it too/));
  },
};

// Nothing leaves the page: the browser refuses it, and the page does not try.

import assert from "node:assert/strict";

/** Ways out, each tried from inside the page. They return true if something got out. */
const WAYS = {
  "connect-src": [
    () => fetch("/style.css").then(() => true),
    () => fetch("https://example.com/").then(() => true),
    () => navigator.sendBeacon("/", "secret"),
    () => new Promise((resolve, reject) => Object.assign(new XMLHttpRequest(), { onload: () => resolve(true), onerror: reject }).send(undefined)),
    () => new Promise((resolve, reject) => Object.assign(new WebSocket("wss://example.com/"), { onopen: () => resolve(true), onerror: reject })),
    () => new Promise((resolve, reject) => Object.assign(new EventSource("/"), { onopen: () => resolve(true), onerror: reject })),
  ],
  "img-src": [() => new Promise((resolve, reject) => Object.assign(new Image(), { onload: () => resolve(true), onerror: reject, src: "/index.html?secret" }))],
  "script-src-elem": [() => import("https://example.com/x.js").then(() => true)],
};

export const privacyTests = {
  async "the policy stands on the page as it holds"({ page, text }) {
    const policy = await page.$eval("meta[http-equiv=Content-Security-Policy]", ({ content }) => content);
    for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) {
      assert.ok(policy.split("; ").includes(part), part);
    }
    assert.equal(await text("#policy"), policy.replaceAll("; ", "\n"));
  },

  async "the browser refuses each way out"({ page, errors }) {
    // Records every request. The policy is applied before the network.
    const requests = [];
    const listener = (request) => requests.push(request.url());
    page.on("request", listener);
    for (const [directive, ways] of Object.entries(WAYS)) {
      for (const way of ways) {
        const refusal = page.evaluate(() => new Promise((resolve) => addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), { once: true })));
        const gotOut = await page.evaluate(`Promise.race([
          (${way.toString().replace("new XMLHttpRequest()", "(() => { const request = new XMLHttpRequest(); request.open('GET', '/'); return request; })()")})(),
          new Promise((resolve) => setTimeout(resolve, 1500, false)),
        ]).catch(() => false)`);
        // `sendBeacon` returns true before the policy is applied.
        if (!way.toString().includes("sendBeacon")) assert.notEqual(gotOut, true, way.toString());
        assert.equal(await refusal, directive, way.toString());
      }
    }
    page.off("request", listener);
    const sent = requests.filter((url) => !url.startsWith("data:"));
    // Chromium reports requests that the policy blocks. None of them may have an answer.
    for (const url of sent) assert.ok(!(await page.evaluate((name) => performance.getEntriesByName(name).some(({ responseStatus }) => responseStatus > 0), url)), url);
    assert.ok(errors.length > 0, "the console tells of it");
    errors.length = 0;
  },

  async "markup cannot be made of text"({ page, errors }) {
    const thrown = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<p>out</p>";
        return "nothing was thrown";
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(thrown, "TypeError");
    errors.length = 0;
  },

  async "a form cannot be sent"({ page, errors }) {
    const before = page.url();
    const refused = await page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
          const form = Object.assign(document.createElement("form"), { action: "https://example.com/", method: "post" });
          document.body.append(form);
          form.submit();
        }),
    );
    assert.equal(refused, "form-action");
    assert.equal(page.url(), before);
    errors.length = 0;
  },

  async "no request leaves while the page is used, and nothing is stored"(kit) {
    const { page } = kit;
    const requests = [];
    const listener = (request) => requests.push(request.url());
    page.on("request", listener);
    for (const name of ["Changed body", "Unknown event", "Stale"]) await kit.click(`button.chip::-p-text(${name})`);
    await kit.click("#own-time");
    await kit.type("#secret-0", "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXBsYXlncm91bmQ=");
    await kit.drop("body.json", "{}");
    await kit.click("#make-load");
    await kit.click("#copy-curl");
    await kit.verdict("Genuine");
    page.off("request", listener);
    assert.deepEqual(requests, []);
    const stored = await page.evaluate(async () => [
      Object.keys(localStorage),
      Object.keys(sessionStorage),
      document.cookie,
      (await indexedDB.databases()).length,
      history.state,
      location.search + location.hash,
    ]);
    assert.deepEqual(stored, [[], [], "", 0, null, ""]);
  },

  async "it loads its own files, once"({ page }) {
    const requests = [];
    const listener = (request) => requests.push(new URL(request.url()).pathname);
    page.on("request", listener);
    await page.reload();
    await page.waitForSelector("[data-ready]");
    page.off("request", listener);
    const own = requests.filter((path) => !path.startsWith("image/"));
    assert.deepEqual(own.toSorted(), ["/index.html", "/module.js", "/playground.js", "/style.css"]);
  },
};

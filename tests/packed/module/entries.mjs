// Loading the module by the entries for others, in Node, where instances can be counted. The suite itself
// runs in Chromium.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ok } from "../suite/assert.mjs";

const directory = new URL("../../../node_modules/agentmail-webhooks/", import.meta.url);
const bytes = readFileSync(new URL("agentmail_webhooks_bg.wasm", directory));
const library = await import(new URL("entries/browser.js", directory));

test("browser: before init(), an error says what to do", () => {
  for (const call of [
    () => library.parse("{}"),
    () => library.verify("{}", {}, "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE="),
    () => new library.Webhook("whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE="),
    () => library.parse({}),
  ]) {
    let message = "nothing was thrown";
    try {
      call();
    } catch (error) {
      message = `${error.message} ${error.hint ?? ""}`;
    }
    ok(/\binit\(\)/.test(message), `what is told: ${message}`);
  }
});

test("browser: a module that cannot be had rejects, and can be tried again", async () => {
  const sources = [
    () => new Uint8Array([0, 1, 2, 3]),
    () => new Response("not found", { status: 404 }),
    () => Promise.reject(new Error("offline")),
  ];
  for (const source of sources) {
    const error = await library.init(source()).then(() => undefined, (reason) => reason);
    ok(error instanceof Error, `init() resolved with ${source}`);
  }
});

test("browser: init() twice at a time makes one instance", async () => {
  const { instances } = counted();
  const [first, second] = [library.init(bytes), library.init(new WebAssembly.Module(bytes))];
  await first;
  const webhook = new library.Webhook("whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=");
  await second;
  const headers = webhook.sign("{}");
  webhook.verify("{}", headers);
  await library.init(bytes);
  webhook.verify("{}", headers);
  ok(instances() === 1, `${instances()} instances: what was made in the first is lost`);
});

test("inline: base64 is read where there is no Uint8Array.fromBase64", async () => {
  const { fromBase64 } = Uint8Array;
  delete Uint8Array.fromBase64;
  try {
    const { Webhook } = await import(new URL("entries/inline.js", directory));
    const webhook = new Webhook("whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=");
    webhook.verify("{}", webhook.sign("{}"));
  } finally {
    if (fromBase64) Uint8Array.fromBase64 = fromBase64;
  }
});

/** Counts the instances of our module that are made from here on: Node's `fetch` has modules of its own. */
function counted() {
  let count = 0;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (module, imports) => {
    count += Object.keys(imports).some((name) => name.includes("agentmail_webhooks")) ? 1 : 0;
    return instantiate(module, imports);
  };
  return { instances: () => count };
}

/** Returns the output of Node for a program that ends with an error. */
function uncaught(script, type) {
  const words = type === "module" ? ["--input-type=module", "-e", script] : ["-e", script];
  return spawnSync(process.execPath, words, { cwd: fileURLToPath(directory), encoding: "utf8", env: { ...process.env, NOT_SET: undefined } }).stderr;
}

const CALLS = {
  "new Webhook": ["agentmail-webhooks", "Webhook", "new Webhook(process.env.NOT_SET)", /is AGENTMAIL_WEBHOOK_SECRET set\?/],
  receive: ["agentmail-webhooks", "Webhook", 'new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").receive("{}", {})', /no signature headers/],
  verify: ["agentmail-webhooks", "verify", 'verify("{}", {}, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")', /no signature headers/],
  parse: ["agentmail-webhooks", "parse", 'parse("{")', /invalid JSON/],
  explain: ["agentmail-webhooks/explain", "explain", "explain({}, {}, [])", /payload not raw/],
  express: ["agentmail-webhooks/express", "webhookHandler", "webhookHandler({ secert: 1 })", /there is no option secert/],
  fetch: ["agentmail-webhooks/fetch", "webhookHandler", "webhookHandler({ secret: process.env.NOT_SET })", /is AGENTMAIL_WEBHOOK_SECRET set\?/],
};

for (const [name, [specifier, exported, call, message]] of Object.entries(CALLS)) {
  test(`node: an uncaught error of ${name} begins at the caller`, () => {
    for (const [type, load] of [["module", `import { ${exported} } from "${specifier}";`], ["commonjs", `const { ${exported} } = require("${specifier}");`]]) {
      const shown = uncaught(`${load}\nfunction caller() {\n  return ${call};\n}\ncaller();`, type);
      ok(message.test(shown), shown.slice(0, 500));
      const [frame] = shown.match(/^ {4}at .*/m) ?? [];
      ok(/^ {4}at caller /.test(frame), shown);
      // A module shows the line of the caller. CommonJS shows that of the `throw`, which is short.
      const [line] = shown.split("\n").slice(1);
      ok(type === "module" ? line.includes(call) : line.trim() === "throw atCallOf(entry, error);", `${type}: ${line}`);
    }
  });
}

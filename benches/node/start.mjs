// node start.mjs <rounds>: prints the time from the start of a process to its first delivery, in Node and in workerd,
// and the size of the code that is loaded, as JSON.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { body } from "./bodies.mjs";
import { delivery } from "./deliveries.mjs";
import { startWorker } from "./workerd.mjs";

const rounds = Number(process.argv[2]);
const WAYS = ["ours", "svix + SDK", "node:crypto + JSON.parse"];
const one = fileURLToPath(new URL("start-one.mjs", import.meta.url));
const sample = () => delivery(Buffer.from(body("ascii", 1024)));

function inNode(way) {
  const { body, headers } = sample();
  return JSON.parse(execFileSync(process.execPath, [one, way, body.toString(), JSON.stringify(headers)], { encoding: "utf8" }));
}

const WORKERS = {
  "nothing": `export default { fetch: async (request) => new Response(String((await request.arrayBuffer()).byteLength)) };`,
  "ours": `import { Webhook } from "agentmail-webhooks";
    import { SECRET } from "./deliveries.mjs";
    const webhook = new Webhook(SECRET);
    export default { async fetch(request) {
      return new Response(webhook.receive(await request.arrayBuffer(), request.headers).event.event_type);
    } };`,
  "svix + SDK": `import { Webhook } from "svix";
    import { events } from "agentmail/serialization";
    import { SECRET } from "./deliveries.mjs";
    import { SDK_OPTIONS } from "./receivers.mjs";
    const webhook = new Webhook(SECRET);
    export default { async fetch(request) {
      const value = webhook.verify(await request.text(), Object.fromEntries(request.headers));
      return new Response(events.MessageReceivedEvent.parseOrThrow(value, SDK_OPTIONS).eventType);
    } };`,
};

/** Returns the time from starting workerd to its first answer, in milliseconds. */
async function inWorkerd(bundle) {
  const { body, headers } = sample();
  delete headers.host;
  const begun = performance.now();
  const worker = bundle.start();
  try {
    const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return performance.now() - begun;
  } finally {
    await worker.dispose();
  }
}

/** Measures all in turn, so that the load of the machine affects all. */
async function interleaved(names, count, measure) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < count; round += 1) {
    for (const name of names) times[name].push(await measure(name));
  }
  return times;
}

/** Returns the sizes of a minified bundle in bytes: the script with gzip, the wasm module with and without. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), sourcefile: "entry.mjs" },
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    external: ["node:*", "crypto"],
    logLevel: "error",
  });
  const gzipped = (files) => files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
  const modules = outputFiles.filter(({ path }) => path.endsWith(".wasm"));
  const wasm = modules.reduce((sum, file) => sum + file.contents.length, 0);
  return { wasm, wasmGzipped: gzipped(modules), scriptGzipped: gzipped(outputFiles.filter((file) => !modules.includes(file))) };
}

const ENTRIES = {
  "ours": `export { Webhook } from "agentmail-webhooks";`,
  "svix": `export { Webhook } from "svix";`,
  "standardwebhooks": `export { Webhook } from "standardwebhooks";`,
  "@noble/hashes": `export { hmac } from "@noble/hashes/hmac.js"; export { sha256 } from "@noble/hashes/sha2.js";`,
  "SDK, its parsers alone": `export { events } from "agentmail/serialization";`,
  "svix + SDK": `export { Webhook } from "svix"; export { events } from "agentmail/serialization";`,
};

const node = await interleaved(WAYS, rounds, inNode);
const bundles = {};
for (const [name, source] of Object.entries(WORKERS)) bundles[name] = await startWorker(name.replace(/\W+/g, "-"), source);
const workerd = await interleaved(Object.keys(WORKERS), Math.ceil(rounds / 2), (name) => inWorkerd(bundles[name]));
const sizes = {};
for (const [name, entry] of Object.entries(ENTRIES)) sizes[name] = await bundled(entry);
console.log(JSON.stringify({ node, workerd, sizes }));

// node --expose-gc memory.mjs <deliveries>: what the memory does over many deliveries, for large ones, and when a
// `Webhook` is dropped without `free()`. As JSON.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { KINDS, SIZES, body } from "./bodies.mjs";
import { SECRET, delivery, forged } from "./deliveries.mjs";

// Before the library is loaded: it makes its instance at once.
const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    memories.push(this.exports.memory);
  }
};
const { Webhook } = await import("agentmail-webhooks");
const bytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

/** The percentage of deliveries of each size: most are small, a few are very large. */
const MIX = { "1 KB": 70, "4 KB": 20, "16 KB": 9, "128 KB": 0.9, "1 MB": 0.1 };
/** One of so many is refused. */
const FORGED = 10;
const SAMPLES = 40;

async function settle() {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Through one instance, sampled. */
async function many(count) {
  const now = Math.floor(Date.now() / 1000);
  const webhook = new Webhook(SECRET, { now: () => now });
  const stock = Object.entries(MIX).flatMap(([size, share]) => KINDS.map((kind) => {
    const genuine = delivery(Buffer.from(body(kind, SIZES[size])));
    return { share: share / KINDS.length, genuine, forged: forged(genuine) };
  }));
  // Low-discrepancy: every part of the run has the whole mix.
  const pick = (number) => {
    let place = ((number * 0.6180339887498949) % 1) * 100;
    return stock.find(({ share }) => (place -= share) < 0) ?? stock[0];
  };
  const samples = [];
  let payloads = 0;
  let refused = 0;
  const every = Math.ceil(count / SAMPLES);
  for (let number = 1; number <= count; number += 1) {
    const entry = pick(number);
    const bad = number % FORGED === 0;
    const { body: payload, headers } = bad ? entry.forged : entry.genuine;
    payloads += payload.length;
    try {
      webhook.receive(payload, headers);
    } catch {
      refused += 1;
    }
    if (number % every === 0 || number === 1) {
      await settle();
      samples.push({ deliveries: number, wasm: bytes(), heap: process.memoryUsage().heapUsed });
    }
  }
  const last = samples.at(-1).wasm;
  return { deliveries: count, refused, payloads, samples, settledAfter: samples.find(({ wasm }) => wasm === last).deliveries };
}

/** Made and dropped, without `free()`. */
async function dropped(count) {
  await settle();
  let collected = 0;
  const registry = new FinalizationRegistry(() => { collected += 1; });
  const before = bytes();
  let highest = 0;
  for (let made = 0; made < count; made += 1) {
    registry.register(new Webhook([SECRET, { secret: "another-secret-of-an-old-endpoint", scheme: "body" }]), undefined);
    // A server has turns of its event loop, and finalizers run in them.
    if (made % 1000 === 999) {
      await settle();
      highest = Math.max(highest, bytes());
    }
  }
  await settle();
  return { made: count, collected, before, highest, after: bytes() };
}

const PEERS = ["ours", "svix + SDK", "node:crypto + JSON.parse"];
const payloads = new URL("payloads/", import.meta.url);

/** One delivery in a process of its own: how much memory there is afterwards that was not there before. */
async function large(kind, megabytes, peer) {
  const genuine = delivery(readFileSync(new URL(`${kind}-${megabytes}`, payloads)));
  const small = delivery(Buffer.from(body(kind, 1024)));
  const { receivers } = await import("./receivers.mjs");
  const receive = await receivers[peer]();
  receive(small.body, small.headers);
  globalThis.gc();
  const now = () => ({ wasm: bytes(), resident: process.resourceUsage().maxRSS * 1024 });
  const before = now();
  receive(genuine.body, genuine.headers);
  const after = now();
  const grown = peer === "ours" ? { wasm: after.wasm, wasmBefore: before.wasm } : {};
  return { kind, megabytes, peer, payload: genuine.body.length, resident: after.resident - before.resident, ...grown };
}

function peaks() {
  mkdirSync(payloads, { recursive: true });
  const self = fileURLToPath(import.meta.url);
  return [1, 16].flatMap((megabytes) => KINDS.flatMap((kind) => {
    writeFileSync(new URL(`${kind}-${megabytes}`, payloads), body(kind, megabytes << 20));
    return PEERS.map((peer) => {
      const told = execFileSync(process.execPath, ["--expose-gc", self, "large", kind, String(megabytes), peer], { encoding: "utf8" });
      return JSON.parse(told);
    });
  }));
}

const [what, kind, megabytes, peer] = process.argv.slice(2);
if (what === "large") {
  console.log(JSON.stringify(await large(kind, Number(megabytes), peer)));
} else {
  const large = peaks();
  const over = await many(Number(what));
  console.log(JSON.stringify({ over, peaks: large, dropped: await dropped(100_000) }));
}

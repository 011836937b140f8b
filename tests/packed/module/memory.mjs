// The wasm instance must not grow with use. Coarse on purpose: no timing, and a margin.

import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ok, refused } from "../suite/assert.mjs";
import { NOW, PAYLOAD, SECRET } from "../suite/kit.mjs";

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    memories.push(this.exports.memory);
  }
};
const library = await import("agentmail-webhooks");
const { explain } = await import("agentmail-webhooks/explain");
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const pages = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 65536;

/** Finalizers run between turns of the event loop. */
async function settle() {
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

async function stays(work) {
  const rounds = async (count) => {
    for (let round = 0; round < count; round += 1) {
      for (let call = 0; call < 1000; call += 1) work();
      await settle();
    }
  };
  // The memory that one round needs is kept and reused.
  await rounds(3);
  const [before, heap] = [pages(), process.memoryUsage().heapUsed];
  await rounds(20);
  const grown = pages() - before;
  ok(grown <= 2, `the wasm memory grew by ${grown} pages, from ${before}`);
  const heapGrown = (process.memoryUsage().heapUsed - heap) / 1e6;
  ok(heapGrown < 10, `the heap grew by ${heapGrown} MB`);
}

const webhook = new library.Webhook(SECRET, { now: () => NOW });
const large = JSON.stringify({ ...JSON.parse(PAYLOAD), filling: "x".repeat(20_000) });
const headers = webhook.sign(large);

test("memory: one instance", () => ok(memories.length === 1, `${memories.length} instances`));
test("memory: 20,000 deliveries received", () => stays(() => webhook.receive(large, headers)));
test("memory: 20,000 deliveries refused", () =>
  stays(() => {
    for (const call of [() => webhook.receive(large, {}), () => webhook.verify(`${large} `, headers), () => library.parse("{"), () => library.parse({})]) {
      try {
        call();
      } catch {
        continue;
      }
      throw new Error("was not refused");
    }
  }));
test("memory: 20,000 Webhooks dropped", () => stays(() => new library.Webhook([SECRET, SECRET]).sign("{}")));
test("memory: 20,000 Webhooks that cannot be made", () =>
  stays(() => {
    try {
      new library.Webhook([SECRET, "no"]);
    } catch {}
  }));

// Finalizers do not run here, so that each call has to free what it allocates.
const once = {
  "verify()": () => library.verify(large, headers, SECRET, { now: () => NOW }),
  "explain()": () => explain("", {}, SECRET, { now: () => NOW }),
  "a Webhook that cannot be made": () =>
    refused(library, "invalid_secret", () => new library.Webhook([SECRET, SECRET, SECRET, "no"])),
};
for (const [name, call] of Object.entries(once)) {
  test(`memory: ${name}, 50,000 times without a turn of the event loop`, () => {
    for (let count = 0; count < 10; count += 1) call();
    const before = pages();
    for (let count = 0; count < 50_000; count += 1) call();
    ok(pages() === before, `the wasm memory grew by ${pages() - before} pages`);
  });
}

// These tests run last, because the memory that they leave free would hide growth in the others.
const SIZE = 64_000_000;
const start = '{"event_type":"message.received","message":{"inbox_id":"i","thread_id":"t","message_id":"m",';
const hostile = {
  "text": [`${start}"text":"`, "x", '"}}'],
  "text of escapes": [`${start}"text":"`, "\\n", '"}}'],
  "empty attachments": [`${start}"attachments":[`, "{},", "{}]}}"],
  "addresses": [`${start}"to":[`, '"",', '""]}}'],
  "unknown members": [start, '"":0,', '"a":0}}'],
  "attachments with members of their own": [`${start}"attachments":[`, `{${'"\\n":0,'.repeat(60_000)}"size":1},`, "{}]}}"],
  "an unknown event": ['{"event_type":"moon.landed","crew":[', "0,", "0]}"],
  "brackets": ["", "[", ""],
  "text that does not end": [`${start}"text":"`, "\\n", ""],
};
for (const [name, [prefix, unit, suffix]] of Object.entries(hostile)) {
  test(`memory: 64 MB of ${name}`, () => {
    const payload = Buffer.from(prefix + unit.repeat(SIZE / unit.length) + suffix);
    try {
      library.parse(payload);
    } catch (error) {
      ok(["invalid_json", "invalid_event"].includes(error.code), `${error.name}: ${error.message}`);
    }
    // The memory holds the payload, and an answer as long in a buffer that grows by doubling.
    const times = (pages() * 65536) / payload.length;
    ok(times <= 6, `the wasm memory is ${times} times the payload`);
  });
}
test("memory: a payload of 64 MB is answered, and one that is too large is refused before it is copied", () => {
  refused(library, "signature_mismatch", () => webhook.receive(new Uint8Array(64_000_000), headers));
  const before = pages();
  refused(library, "payload_too_large", () => webhook.receive(new Uint8Array(128 * 1024 * 1024 + 1), headers));
  refused(library, "payload_too_large", () => library.parse(" ".repeat(128 * 1024 * 1024 + 1)));
  ok(pages() === before, "the wasm memory grew");
});

test("memory: of a secret there is one copy, the one that its Webhook keeps", () => {
  // Random, so that neither this file nor another test leaves it there. Its end is not ASCII.
  const begin = `begin-${crypto.randomUUID()}`;
  const kept = new library.Webhook({ secret: `${begin} é${"ü".repeat(50)}`, scheme: "body" });
  explain("{}", kept.sign("{}"), { secret: `${begin} é`, scheme: "body" });
  let copies = 0;
  for (const { buffer } of memories) {
    const memory = Buffer.from(buffer);
    for (let at = memory.indexOf(begin); at !== -1; at = memory.indexOf(begin, at + 1)) copies += 1;
  }
  ok(copies === 1, `${copies} copies`);
});

// Without memory, a payload is refused, or the module traps while it reads. Small payloads must pass afterwards.
test("memory: after payloads for which there is no memory, small ones are received", () => {
  const script = `
    const { Webhook, parse } = require("agentmail-webhooks");
    const webhook = new Webhook("${SECRET}");
    const headers = webhook.sign("{}");
    const start = '{"event_type":"message.received","message":{"inbox_id":"i","thread_id":"t","message_id":"m","text":"';
    const payloads = [" ".repeat(30_000_000), start + "\\\\n".repeat(4_500_000) + '"}}'];
    for (let round = 0; round < 3; round += 1) {
      for (const payload of payloads) {
        try { parse(Buffer.from(payload)); } catch (error) { console.log(error.code ?? error.name); }
        webhook.verify("{}", headers);
      }
    }`;
  const options = { encoding: "utf8", timeout: 60_000 };
  const child = spawnSync(process.execPath, ["--wasm-max-mem-pages=300", "-e", script], options);
  // The memory of the call that trapped is lost, so that less may be left for the next calls.
  ok(/^payload_too_large\nRuntimeError\n(payload_too_large\n(payload_too_large|RuntimeError)\n){2}$/.test(child.stdout), `${child.stdout}${child.stderr}`);
});

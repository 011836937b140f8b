// node workerd-run.mjs <rounds> <payload>...: times of the peers that run in workerd, as JSON.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { delivery } from "./deliveries.mjs";
import { quartiles } from "./statistics.mjs";
import { startWorker } from "./workerd.mjs";

/** Milliseconds of one request: long beside what a request takes that does nothing. */
const BATCH = 20;

const [rounds, ...files] = process.argv.slice(2);
const { start } = await startWorker("measured", `export { default } from "./worker.mjs";`);
const worker = start();
const ask = async (path, options) => {
  const response = await worker.dispatchFetch(`http://worker.example${path}`, options);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
};
const time = async (peer, count) => {
  const begun = performance.now();
  await ask(`/run?peer=${peer}&count=${count}`);
  return performance.now() - begun;
};

/** A request that does nothing takes as long as its quickest times: what is more, the machine did. */
async function idle() {
  const times = [];
  for (let count = 0; count < 15; count += 1) times.push(await time(0, 0));
  return quartiles(times)[0];
}

async function batch(peer) {
  for (let count = 1; ; count *= 2) {
    const took = await time(peer, count);
    if (took > BATCH) return Math.max(1, Math.round((count * BATCH) / took));
  }
}

const cases = [];
try {
  const peers = JSON.parse(await ask("/peers"));
  for (const file of files) {
    const body = basename(file, ".json");
    process.stderr.write(`  ${body}`);
    const { body: payload, headers } = delivery(readFileSync(file));
    await ask("/payload", { method: "POST", body: payload, headers: { "x-headers": JSON.stringify(headers) } });
    const counts = [];
    for (let peer = 0; peer < peers.length; peer += 1) counts.push(await batch(peer));
    const times = peers.map(() => []);
    for (let round = 0; round < Number(rounds); round += 1) {
      const nothing = await idle();
      for (let turn = 0; turn < peers.length; turn += 1) {
        const peer = (turn + round) % peers.length;
        times[peer].push(((await time(peer, counts[peer])) - nothing) * 1000 / counts[peer]);
      }
    }
    peers.forEach(({ what, name }, peer) => cases.push({ what, peer: name, body, bytes: payload.length, microseconds: times[peer] }));
  }
  process.stderr.write("\n");
} finally {
  await worker.dispose();
}
console.log(JSON.stringify({ cases }));

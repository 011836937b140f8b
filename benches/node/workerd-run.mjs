// node workerd-run.mjs <rounds> <payload>...: times of the peers that run in workerd, as JSON.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { delivery } from "./deliveries.mjs";
import { inTurn, passes } from "./measure.mjs";
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

try {
  const peers = JSON.parse(await ask("/peers"));
  const payloads = files.map((file) => {
    const cases = peers.map((peer, index) => ({ ...peer, index, microseconds: [] }));
    return { name: basename(file, ".json"), bytes: readFileSync(file), cases };
  });
  const begin = async ({ name, bytes, cases }) => {
    process.stderr.write(`  ${name}`);
    const { body, headers } = delivery(bytes);
    await ask("/payload", { method: "POST", body, headers: { "x-headers": JSON.stringify(headers) } });
    for (const it of cases) it.count ??= await batch(it.index);
  };
  await passes(payloads, Number(rounds), begin, async ({ cases }, round) => {
    const nothing = await idle();
    for (const it of inTurn(cases, round)) it.microseconds.push(((await time(it.index, it.count)) - nothing) * 1000 / it.count);
  });
  process.stderr.write("\n");
  const cases = payloads.flatMap(({ name: body, bytes, cases: all }) =>
    all.map(({ what, name: peer, microseconds }) => ({ what, peer, body, bytes: bytes.length, microseconds })));
  console.log(JSON.stringify({ cases }));
} finally {
  await worker.dispose();
}

// node run.mjs <rounds> <payload>...: times of all peers, as JSON. Deno and Bun run it too.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { delivery, forged } from "./deliveries.mjs";
import { Case, inTurn, passes, prove } from "./measure.mjs";
import { peers } from "./peers.mjs";

const PEERS = peers(createRequire(import.meta.url)("./naive-wasm/naive_wasm.js"));

const [rounds, ...files] = process.argv.slice(2);
const payloads = files.map((file) => {
  const name = basename(file, ".json");
  return { name, bytes: readFileSync(file), cases: PEERS.map((peer) => new Case(peer)) };
});

async function begin({ name, bytes }) {
  process.stderr.write(`  ${name}`);
  // Signed now, each time: peers refuse what is older than five minutes.
  const genuine = delivery(bytes);
  for (const peer of PEERS) await prove(peer, genuine, forged(genuine));
  return genuine;
}

await passes(payloads, Number(rounds), begin, async ({ cases }, round, genuine) => {
  for (const it of inTurn(cases, round)) await it.measure(genuine);
});
process.stderr.write("\n");
const cases = payloads.flatMap(({ name: body, bytes, cases: all }) =>
  all.map(({ peer: { what, name: peer }, microseconds }) => ({ what, peer, body, bytes: bytes.length, microseconds })));
console.log(JSON.stringify({ cases }));

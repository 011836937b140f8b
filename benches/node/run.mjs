// node run.mjs <rounds> <payload>...: times of all peers, as JSON. Deno and Bun run it too.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { delivery, forged } from "./deliveries.mjs";
import { measure, prove } from "./measure.mjs";
import { peers } from "./peers.mjs";

const PEERS = peers(createRequire(import.meta.url)("./naive-wasm/naive_wasm.js"));
const [rounds, ...files] = process.argv.slice(2);
const cases = [];
for (const file of files) {
  const body = basename(file, ".json");
  process.stderr.write(`  ${body}`);
  const genuine = delivery(readFileSync(file));
  for (const peer of PEERS) await prove(peer, genuine, forged(genuine));
  const times = await measure(PEERS, genuine, Number(rounds));
  PEERS.forEach(({ what, name: peer }, index) => {
    cases.push({ what, peer, body, bytes: genuine.body.length, microseconds: times[index] });
  });
}
process.stderr.write("\n");
console.log(JSON.stringify({ cases }));

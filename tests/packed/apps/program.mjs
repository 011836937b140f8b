// Fixtures come by standard input, results leave by standard output.

import process from "node:process";
import { wholeOrShort } from "../suite/suite.mjs";
import { runtime } from "../suite/node-runtime.mjs";
import { resultsOf } from "../suite/results.mjs";

/** Runs the suite, and what else `more(library, { test })` registers. */
export async function program({ library, kit, explaining }, more = () => {}) {
  let fixtures = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) fixtures += chunk;
  const results = await resultsOf((test) => {
    wholeOrShort(library, JSON.parse(fixtures), { test, kit, explaining, runtime });
    more(library, { test });
  });
  process.stdout.write(JSON.stringify(results));
}

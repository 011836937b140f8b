// node report.mjs <directory>: prints what was measured, from the files that the sections of a run left there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, overview, table } from "./targets.mjs";

const [directory] = process.argv.slice(2);
const results = {};
for (const name of ["native", "node"]) {
  const path = join(directory, `${name}.json`);
  if (existsSync(path)) results[name] = JSON.parse(readFileSync(path, "utf8"));
}
for (const name of Object.keys(results)) console.log(overview(name, results[name]));
console.log(table(judge(results)));

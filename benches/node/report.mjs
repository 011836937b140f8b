// node report.mjs <directory> [<directory of the page>]: prints what the sections of a run left there, and writes the
// page of results.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memory, page, runtimes, start } from "./page.mjs";
import { chart } from "./plot.mjs";
import { judge, overview, table } from "./targets.mjs";
import { json, summary } from "./summary.mjs";

const [directory, pageDirectory] = process.argv.slice(2);
const results = {};
for (const name of ["machine", "native", "node", "runtimes", "start", "memory", "budgets"]) {
  const path = join(directory, `${name}.json`);
  if (existsSync(path)) results[name] = JSON.parse(readFileSync(path, "utf8"));
}
const judged = judge(results);
for (const name of ["native", "node"]) if (results[name]) console.log(overview(name, results[name]));
const summed = summary(results, judged);
// Prints these sections as in the page, without its tags, for a terminal.
for (const [name, text] of Object.entries({ runtimes, start, memory })) {
  if (summed[name]) console.log(`\n${text(summed[name]).replaceAll(/<.?sub>/g, "")}`);
}
console.log(table(judged));

if (pageDirectory) {
  mkdirSync(join(pageDirectory, "plots"), { recursive: true });
  for (const [where, named] of [["node", `Node ${results.machine.node}`], ["native", "Rust"]]) {
    for (const [what, does] of [["receive", "verify and parse"], ["verify", "verify alone"], ["parse", "parse alone"]]) {
      const title = `${named}: ${does}, by size of the payload`;
      const description = `Median times on logarithmic scales for plain ASCII, for text that is not ASCII and for HTML. The tables of the page have the numbers.`;
      const cases = results[where].cases.filter((it) => it.what === what);
      writeFileSync(join(pageDirectory, "plots", `${where}-${what}.svg`), chart({ title, description, cases }));
    }
  }
  writeFileSync(join(pageDirectory, "results.json"), json(summed));
  writeFileSync(join(pageDirectory, "README.md"), page(summed));
}

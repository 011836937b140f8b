import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const bun = runtime("bun", "bin/bun");
const version = versionOf(bun);
for (const [file, row] of [["import.mjs", { by: "`import`", whole: true }], ["require.cjs", { by: "`require`" }]]) {
  report({ runtime: "Bun", version, ...row }, results(row, bun, [`apps/${file}`]));
}

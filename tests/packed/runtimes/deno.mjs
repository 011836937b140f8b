import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const deno = runtime("deno", "deno");
const version = versionOf(deno);
const run = (row, ...args) => report({ runtime: "Deno", version, ...row }, results(row, deno, ["run", "--no-prompt", ...args]));

run({ by: "`import` without permissions" }, "apps/server.mjs");
run({ by: "`import`", whole: true }, "--allow-all", "apps/import.mjs");
run({ by: "`require`" }, "--allow-all", "apps/require.cjs");

import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const deno = runtime("deno", "deno");
const version = versionOf(deno);
const run = (...args) => results(deno, ["run", "--no-prompt", ...args]);
report({ runtime: "Deno", version, by: "`import` without permissions" }, run("apps/server.mjs"));
report({ runtime: "Deno", version, by: "`import`" }, run("--allow-all", "apps/import.mjs"));
report({ runtime: "Deno", version, by: "`require`" }, run("--allow-all", "apps/require.cjs"));

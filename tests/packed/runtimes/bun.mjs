import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const bun = runtime("bun", "bin/bun");
const version = versionOf(bun);
report({ runtime: "Bun", version, by: "`import`" }, results(bun, ["apps/import.mjs"]));
report({ runtime: "Bun", version, by: "`require`" }, results(bun, ["apps/require.cjs"]));

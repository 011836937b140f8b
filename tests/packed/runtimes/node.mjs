// Each Node that the package supports; where npm installed none of them (--quick), the one that runs this.

import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const installed = [20, 22, 24, 26].map((major) => runtime(`node-${major}`, "bin/node")).filter(Boolean);

for (const node of installed.length > 0 ? installed : [process.execPath]) {
  const version = versionOf(node);
  report({ runtime: "Node", version, by: "`import`" }, results(node, ["apps/import.mjs"]));
  report({ runtime: "Node", version, by: "`require`" }, results(node, ["apps/require.cjs"]));
}

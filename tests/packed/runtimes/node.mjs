// Each Node that the package supports; where npm installed none of them (--quick), the one that runs this.

import { report } from "../lib/report.mjs";
import { results, runtime, versionOf } from "../lib/tools.mjs";

const installed = [20, 22, 24, 26].map((major) => runtime(`node-${major}`, "bin/node")).filter(Boolean);

const all = installed.length > 0 ? installed : [process.execPath];

for (const node of all) {
  const version = versionOf(node);
  // The oldest and the newest.
  const whole = node === all[0] || node === all.at(-1);
  for (const [file, row] of [["import.mjs", { by: "`import`", whole }], ["require.cjs", { by: "`require`" }]]) {
    report({ runtime: "Node", version, ...row }, results(row, node, [`apps/${file}`]));
  }
}

// node runtimes.mjs <directory of runtimes> <rounds> <payload>...: the same times in other runtimes, as JSON.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [directory, ...rest] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const run = join(here, "run.mjs");
const modules = join(directory, "node_modules");

/** To ask nobody for updates, to tell nobody of this, to leave the home as it is. */
const environment = { ...process.env, HOME: join(here, "home"), CI: "true", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
const ask = (program, args) => execFileSync(program, args, { cwd: here, env: environment, encoding: "utf8", maxBuffer: 1e9, stdio: ["ignore", "pipe", "inherit"] });

const NODE = ["--expose-gc", run];
const RUNTIMES = [
  ["Node", "node-22", "bin/node", NODE],
  ["Node", "node-24", "bin/node", NODE],
  ["Node", "node-26", "bin/node", NODE],
  ["Deno", "deno", "deno", ["run", "--allow-all", "--no-prompt", "--v8-flags=--expose-gc", run]],
  ["Bun", "bun", "bin/bun", ["--expose-gc", run]],
];

const found = [];
for (const [name, install, file, args] of RUNTIMES) {
  const program = join(modules, `${install}-${process.platform}-${process.arch}`, file);
  if (!existsSync(program)) continue;
  const version = ask(program, ["--version"]).match(/\d+(\.\d+)+/)[0];
  process.stderr.write(`  ${name} ${version}\n`);
  found.push({ name, version, ...JSON.parse(ask(program, [...args, ...rest])) });
}
const { version } = JSON.parse(readFileSync(join(here, "../node_modules/workerd/package.json"), "utf8"));
process.stderr.write(`  workerd ${version}\n`);
found.push({ name: "workerd", version, ...JSON.parse(ask(process.execPath, [join(here, "workerd-run.mjs"), ...rest])) });
console.log(JSON.stringify(found));

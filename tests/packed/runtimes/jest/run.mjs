import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { textOf, tool } from "../../lib/tools.mjs";
import { reportRun } from "../test-runner.mjs";

const here = import.meta.dirname;
const dist = `${here}/dist`;

mkdirSync(dist, { recursive: true });
writeFileSync(`${dist}/fixtures.json`, textOf({}));
await build({ entryPoints: [`${here}/suite.mjs`], outfile: `${dist}/suite.cjs`, bundle: true, platform: "node" });

run("require.test.cjs", "`require`");
run("import.test.mjs", "`import`", { NODE_OPTIONS: "--experimental-vm-modules" });

function run(file, by, environment) {
  const jest = tool("jest", here, environment);
  reportRun(`Jest ${jest.version} (${by})`, `${dist}/results.json`, () =>
    jest.run(file, "--json", "--outputFile=dist/results.json"),
  );
}

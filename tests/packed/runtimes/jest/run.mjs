import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { FIXTURES, tool } from "../../tools.mjs";
import { reportRun } from "../test-runner.mjs";

const here = import.meta.dirname;
const jest = tool("jest", here);
const run = (file) => jest.run(file, "--json", "--outputFile=dist/results.json");

mkdirSync(`${here}/dist`, { recursive: true });
writeFileSync(`${here}/dist/fixtures.json`, FIXTURES);
await build({ entryPoints: [`${here}/suite.mjs`], outfile: `${here}/dist/suite.cjs`, bundle: true, platform: "node", logLevel: "warning" });
reportRun(`Jest ${jest.version} (\`require\`)`, `${here}/dist/results.json`, () => run("require.test.cjs"));
process.env.NODE_OPTIONS = "--experimental-vm-modules";
reportRun(`Jest ${jest.version} (\`import\`)`, `${here}/dist/results.json`, () => run("import.test.mjs"));

import { tool } from "../../lib/tools.mjs";
import { reportRun } from "../test-runner.mjs";

const vitest = tool("vitest", import.meta.dirname);
reportRun(`Vitest ${vitest.version}`, `${import.meta.dirname}/dist/results.json`, () =>
  vitest.run("run", "--reporter=json", "--outputFile=dist/results.json"),
);

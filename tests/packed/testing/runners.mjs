// The examples of docs/testing.md under Vitest and Jest.

import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { tool } from "../tools.mjs";
import { count, documented, names } from "./blocks.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const results = `${here}/results.json`;

test("docs/testing.md: every block of code is run", () => {
  assert.deepEqual(names, ["agent.test.ts", "agent.test.cjs", "agent.test.mjs"]);
  assert.equal(count, names.length);
});

/** Each test that ran has passed, and as many ran as there are. */
function check(tests, run) {
  rmSync(results, { force: true });
  let told;
  try {
    run();
  } catch (error) {
    told = error.message;
  }
  assert.ok(existsSync(results), told);
  const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(results, "utf8"));
  assert.deepEqual([numPassedTests, numTotalTests], [tests, tests], told);
}

test("docs/testing.md: Vitest", () => {
  documented("agent.test.ts");
  check(24, () => tool("vitest", here).run("run", "agent.test.ts", "--reporter=json", `--outputFile=${results}`));
});

test("docs/testing.md: Jest", () => {
  documented("agent.test.cjs");
  const options = ["--rootDir", here, "--testMatch", "**/agent.test.cjs", "--transform", "{}"];
  check(2, () => tool("jest", here).run(...options, "--json", `--outputFile=${results}`));
});

// The examples of docs/testing.md under Vitest and Jest.

import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_TYPES } from "agentmail-webhooks/testing";
import { claims } from "../docs/blocks.mjs";
import { tool } from "../tools.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const results = `${here}/results.json`;

const claimed = claims(import.meta.url);
for (const name of ["agent.test.ts", "agent.test.cjs"]) writeFileSync(`${here}/${name}`, claimed("docs/testing.md", name));

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
  check(EVENT_TYPES.length + 2, () => tool("vitest", here).run("run", "agent.test.ts", "--reporter=json", `--outputFile=${results}`));
});

test("docs/testing.md: Jest", () => {
  const options = ["--rootDir", here, "--testMatch", "**/agent.test.cjs", "--transform", "{}"];
  check(2, () => tool("jest", here).run(...options, "--json", `--outputFile=${results}`));
});

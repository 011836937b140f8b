// The examples of docs/testing.md under Vitest and Jest, and of a Worker that wrangler built.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_TYPES, sample, signTestRequest } from "agentmail-webhooks/testing";
import { Miniflare } from "miniflare";
import { blocks, claims } from "../docs/blocks.mjs";
import { runTest } from "../docs/kit.mjs";
import { tool } from "../lib/tools.mjs";

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

const project = `${here}/worker`;
rmSync(project, { recursive: true, force: true });
mkdirSync(project);
writeFileSync(`${project}/miniflare.test.mjs`, claimed("docs/testing.md", "miniflare.test.mjs"));
for (const { name, code } of blocks("docs/adapters/fetch.md")) {
  if (["worker.mjs", "wrangler.jsonc"].includes(name)) writeFileSync(`${project}/${name}`, code);
}

test("docs/testing.md: Miniflare", () => {
  // It would ask a server of Cloudflare's about this machine.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  tool("wrangler", project, { WRANGLER_LOG_PATH: ".wrangler/logs" }).run("deploy", "--dry-run", "--outdir", "built");
  return runTest("miniflare.test.mjs", { cwd: project });
});

test("docs/testing.md: a Request of Node's is no argument for Miniflare", async () => {
  const worker = new Miniflare({ cf: false, modules: true, script: "export default { fetch: () => new Response() }" });
  try {
    const request = signTestRequest(sample("message.received"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    await assert.rejects(worker.dispatchFetch(request), /Failed to parse URL from \[object Request\]/);
  } finally {
    await worker.dispose();
  }
});

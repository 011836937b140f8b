// docs/stores/your-own.md: the store, judged by the suite as its page says.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { claims } from "./blocks.mjs";
import { written } from "./kit.mjs";

const PAGE = "docs/stores/your-own.md";
const block = claims(import.meta.url);
const [, suite] = ["map-store.mjs", "store.test.mjs"].map((name) => written(`your-own/${name}`, block(PAGE, name)));

test(`${PAGE}: the suite, as the page says`, async () => {
  const tests = join(import.meta.dirname, "..");
  for (const file of ["stores/suite.mjs", "suite/assert.mjs"]) cpSync(join(tests, file), join(dirname(suite), file));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--test", "--test-reporter=tap", suite], { env });
  assert.match(stdout, /^# pass 1[0-9]$/m);
  assert.match(stdout, /^# fail 0$/m);
});

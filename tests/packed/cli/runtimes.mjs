// The command line in the newest Node, in Deno and in Bun: each command, to and from a real endpoint, and what it prints.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT, runtime, versionOf } from "../lib/tools.mjs";

const SUITES = ["real", "print"];

const runtimes = [
  { name: "Node", path: runtime("node-26", "bin/node"), args: [] },
  { name: "Deno", path: runtime("deno", "deno"), args: ["run", "--allow-all"] },
  { name: "Bun", path: runtime("bun", "bin/bun"), args: ["run"] },
];

for (const { name, path, args } of runtimes) {
  for (const suite of SUITES) {
    test(`${name} ${versionOf(path)}: cli/${suite}.test.mjs`, async () => {
      const file = fileURLToPath(new URL(`${suite}.test.mjs`, import.meta.url));
      const { NODE_TEST_CONTEXT: _, ...env } = { ...ENVIRONMENT, CLI_RUNTIME: [path, ...args].join("\n") };
      const [error, out] = await new Promise((resolve) => execFile(process.execPath, [file], { env }, (...answer) => resolve(answer)));
      assert.equal(error, null, out);
    });
  }
}

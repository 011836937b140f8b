// Reports the results of a runtime: each result as a test, and the whole as a row of the matrix.

import { appendFileSync } from "node:fs";
import { test } from "node:test";
import { given } from "./fixtures.mjs";

/**
 * @param row.runtime the runtime: "Node"
 * @param row.version its full version
 * @param row.as the special form of the library, if any: "bundled"
 * @param row.by the loader of the library: "`import`", "webpack 5.111.1"
 * @param row.whole whether this was the whole suite
 * @param results [{ name, error? }]
 */
export function report(row, results) {
  const where = nameOf(row);
  // In a page with the inline library, `explain` and the testing kit would bring another copy of it.
  const alone = row.runtime === "Chromium" && row.as !== undefined;
  const cases = given(row).files.flatMap((file) => file.cases).filter(({ call }) => !alone || call !== "explain").length;
  test(`${where}: every case ran`, () => {
    if (results.length <= cases) throw new Error(`${results.length} tests for ${cases} cases`);
  });
  if (!alone) {
    test(`${where}: the testing kit ran`, () => {
      if (!results.some(({ name }) => name.startsWith("testing: "))) throw new Error("no test of it");
    });
  }
  for (const { name, error } of results) {
    test(`${where}: ${name}`, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  // `cargo xtask test` sets the file. A test that is run by hand needs no matrix.
  if (process.env.MATRIX) appendFileSync(process.env.MATRIX, `${JSON.stringify({ ...row, tests: results.length, failed })}\n`);
}

function nameOf({ runtime, version, as, by }) {
  return [`${runtime} ${version}`, as, by].filter(Boolean).join(", ");
}

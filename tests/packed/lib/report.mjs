// What a runtime answered: each result is a test here, and the whole a row of the matrix.

import { appendFileSync } from "node:fs";
import { test } from "node:test";
import { given } from "./fixtures.mjs";

/**
 * @param row.runtime where it ran: "Node"
 * @param row.version of that, whole
 * @param row.as what is special about it, if anything: "bundled"
 * @param row.by what loaded the library: "`import`", "webpack 5.111.1"
 * @param row.whole that it was the whole suite
 * @param results [{ name, error? }]
 */
export function report(row, results) {
  const where = nameOf(row);
  // Where a page has the library inline, `explain` and the testing kit would bring another copy of it.
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
  // `cargo xtask test` says where; who runs a file by hand needs no matrix.
  if (process.env.MATRIX) appendFileSync(process.env.MATRIX, `${JSON.stringify({ ...row, tests: results.length, failed })}\n`);
}

function nameOf({ runtime, version, as, by }) {
  return [`${runtime} ${version}`, as, by].filter(Boolean).join(", ");
}

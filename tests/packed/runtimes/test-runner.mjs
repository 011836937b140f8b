// Jest, and Vitest, which writes its results as Jest does.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { report } from "../lib/report.mjs";

/** Runs one test file with `run()`, and reports the results that it wrote to `path`. */
export function reportRun(by, path, run) {
  rmSync(path, { force: true });
  try {
    run();
  } catch (error) {
    // It also fails when a test fails, and then has written the results.
    if (!existsSync(path)) throw error;
  }
  const { testResults } = JSON.parse(readFileSync(path, "utf8"));
  const results = testResults.flatMap(({ assertionResults, message }) =>
    // If there are none, the file itself failed.
    assertionResults.length === 0 ? [{ name: "the file", error: message }] : assertionResults.map(result),
  );
  report({ runtime: "Node", version: process.versions.node, by }, results);
}

function result({ title, status, failureMessages }) {
  return status === "passed" ? { name: title } : { name: title, error: `${status}: ${failureMessages.join("\n")}` };
}

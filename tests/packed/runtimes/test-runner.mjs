// Jest, and Vitest, which writes its results as Jest does.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { report } from "../lib/report.mjs";

/** Has one test file run by `run()`, and reports what that wrote into a file. */
export function reportRun(by, path, run) {
  rmSync(path, { force: true });
  try {
    run();
  } catch (error) {
    // It fails too when a test fails, and then tells which.
    if (!existsSync(path)) throw error;
  }
  const { testResults } = JSON.parse(readFileSync(path, "utf8"));
  const results = testResults.flatMap(({ assertionResults, message }) =>
    // Where there is none, the file itself failed.
    assertionResults.length === 0 ? [{ name: "the file", error: message }] : assertionResults.map(result),
  );
  report({ runtime: "Node", version: process.versions.node, by }, results);
}

function result({ title, status, failureMessages }) {
  return status === "passed" ? { name: title } : { name: title, error: `${status}: ${failureMessages.join("\n")}` };
}

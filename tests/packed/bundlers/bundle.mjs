// Runs the output of every bundler: pages in Chromium, a program in Node.

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { reportPage } from "../lib/page.mjs";
import { report } from "../lib/report.mjs";
import { results } from "../lib/tools.mjs";

/** Runs the suite in both pages of a directory. `script` is the attribute of their scripts, if there is no HTML. */
export async function reportPages(bundler, directory, script) {
  for (const [name, as] of [["page"], ["page-inline", "`agentmail-webhooks/inline`"]]) {
    const html = script && `<!doctype html><script ${script} src="${name}.js"></script>`;
    await reportPage({ by: bundler, as }, { directory, path: `/${name}.html`, html });
  }
}

/** Runs the suite in a program, alone in a directory, so that anything outside the bundle is missing. */
export function reportServer(bundler, file) {
  const directory = mkdtempSync(join(tmpdir(), "bundle-"));
  try {
    const copy = join(directory, basename(file));
    copyFileSync(file, copy);
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    const row = { runtime: "Node", version: process.versions.node, as: "bundled", by: bundler };
    report(row, results(row, process.execPath, [copy]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

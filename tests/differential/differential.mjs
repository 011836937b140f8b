// Compares the native answers to random questions with those of the package in every runtime. `cargo xtask
// differential` writes questions and answers into files, whose directory is the argument.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as library from "agentmail-webhooks";
import { bundlePage } from "../packed/bundlers/esbuild/build.mjs";
import { check } from "./check.mjs";
import { isGenuine } from "./oracle.mjs";
import { withPage } from "../packed/lib/page.mjs";
import { same } from "../packed/suite/assert.mjs";
import { workerFromFile } from "../packed/lib/worker.mjs";

const [directory] = process.argv.slice(2);
const files = readdirSync(directory).filter((file) => file.endsWith(".jsonl"));
const read = (file) => readFileSync(join(directory, file), "utf8");

/** Checks every file, and throws if there is a difference. */
async function agrees(runtime, checkFile) {
  const start = performance.now();
  const total = { accepted: 0, refused: 0, different: 0 };
  const told = [];
  for (const file of files) {
    const { shortest, ...counts } = await checkFile(read(file));
    for (const name in total) total[name] += counts[name];
    if (shortest) told.push(`${file}: ${shortest}`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const { accepted, refused, different } = total;
  if (different > 0) {
    const [shortest] = told.sort((a, b) => a.length - b.length);
    throw new Error(`${different} answers of ${runtime} are not the native ones; the shortest: ${shortest}`);
  }
  same(accepted + refused, 125_000, "answers");
  console.log(`  ${runtime}: all answers are the native ones, ${accepted} accepted, ${refused} refused, in ${seconds} s`);
}

test("differential: Node", () => agrees("Node", async (text) => check(library, text)));

test("differential: workerd", async () => {
  const worker = await workerFromFile("../differential/worker.mjs");
  try {
    await agrees("workerd", async (body) => {
      const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return JSON.parse(text);
    });
  } finally {
    await worker.dispose();
  }
});

test("differential: Chromium", async () => {
  const [entry, outdir] = ["page.mjs", "pages"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const html = '<!doctype html><script type="module" src="page.js"></script>';
  await bundlePage(entry, join(outdir, "page.js"));
  await withPage({ directory: outdir, html }, (page) =>
    agrees("Chromium", (text) => page.evaluate((file) => globalThis.run(file), text)),
  );
});

// Native and wasm share their code, so that both could be wrong in the same way.
test("differential: node:crypto agrees on what is genuine", () => {
  const counts = { genuine: 0, forged: 0 };
  for (const file of files) {
    for (const line of read(file).split("\n")) {
      const question = JSON.parse(line);
      const expected = verdict(question);
      if (expected === undefined) continue;
      if (isGenuine(question) !== expected) throw new Error(`genuine is ${!expected}, but not so: ${line}`);
      counts[expected ? "genuine" : "forged"] += 1;
    }
  }
  console.log(`  node:crypto: ${counts.genuine} genuine, ${counts.forged} forged`);
});

/** Returns whether the library found a delivery genuine, or undefined if it did not compare signatures. */
function verdict({ secrets, answer, error }) {
  if (secrets === undefined) return undefined;
  // A delivery is verified before it is parsed.
  if (answer !== undefined) return true;
  const { code } = JSON.parse(error);
  if (code === "invalid_json" || code === "invalid_event") return true;
  return code === "signature_mismatch" ? false : undefined;
}

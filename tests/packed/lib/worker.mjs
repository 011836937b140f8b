// A Worker, bundled as wrangler does it, in the real workerd.

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { report } from "./report.mjs";
import { installedVersion, textOf } from "./tools.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));

/** Starts the Worker of a file of `tests/packed`, with bindings of Miniflare. End it with `dispose()`. */
export function workerFromFile(name, bindings) {
  return worker(name, { entryPoints: [join(here, name)] }, bindings);
}

/** Starts the Worker of a text, in JavaScript or TypeScript. */
export function workerFromSource(source, name, bindings) {
  return worker(name, { stdin: { contents: source, resolveDir: here, sourcefile: `${name}.ts`, loader: "ts" } }, bindings);
}

async function worker(name, input, bindings = {}) {
  const outdir = join(here, "workers", name.replace(/\.mjs$/, ""));
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...input,
    outdir,
    absWorkingDir: here,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    // A separate module, which workerd compiles, because a Worker may not compile anything itself.
    loader: { ".wasm": "copy" },
    external: ["cloudflare:workers"],
    metafile: true,
    logLevel: "warning",
  });
  return start(outdir, Object.keys(metafile.outputs).map((file) => join(here, file)), bindings);
}

/** Starts the Worker of built files: a script, and wasm modules. */
export function start(directory, files, bindings) {
  const modules = files
    .map((path) => ({ type: path.endsWith(".js") ? "ESModule" : "CompiledWasm", path }))
    // The first one is the Worker.
    .sort((a) => (a.type === "ESModule" ? -1 : 1));
  // Discards the logs of the Worker.
  const handleRuntimeStdio = (...streams) => streams.forEach((stream) => stream.resume());
  // `cf: false`: otherwise it would ask a server of Cloudflare about this machine.
  return new Miniflare({ cf: false, handleRuntimeStdio, compatibilityDate: "2025-01-01", modulesRoot: directory, modules, ...bindings });
}

/** Makes tests of the results that a Worker answers with, and ends it. */
export async function testWorker(worker) {
  try {
    const response = await worker.dispatchFetch("http://worker.example/");
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    for (const { name, error } of JSON.parse(text)) {
      test(`workerd: ${name}`, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
  } finally {
    await worker.dispose();
  }
}

/** Runs the suite in a Worker of apps/, and ends it. */
export async function reportWorker(row, worker) {
  try {
    const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body: textOf(row) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    report({ runtime: "Cloudflare Workers", version: installedVersion("workerd"), ...row }, JSON.parse(text));
  } finally {
    await worker.dispose();
  }
}

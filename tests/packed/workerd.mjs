// A Worker, bundled as wrangler does it, in the real workerd. The suite runs inside the Worker.

import { rmSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { fixtures } from "./fixtures.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const outdir = here("workerd");

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [here("workerd-worker.mjs")],
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker", "browser"],
  // A module of its own, which workerd compiles: a Worker may not compile anything itself.
  loader: { ".wasm": "copy" },
  metafile: true,
  logLevel: "warning",
});
const files = Object.keys(metafile.outputs).sort((file) => (file.endsWith(".js") ? -1 : 1));
const miniflare = new Miniflare({
  compatibilityDate: "2025-01-01",
  modulesRoot: outdir,
  modules: files.map((file) => ({ type: file.endsWith(".js") ? "ESModule" : "CompiledWasm", path: fileURLToPath(new URL(file, `file://${process.cwd()}/`)) })),
});
try {
  const response = await miniflare.dispatchFetch("http://worker.example/", { method: "POST", body: JSON.stringify(fixtures) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  for (const { name, error } of JSON.parse(text)) {
    test(name, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
} finally {
  await miniflare.dispose();
}

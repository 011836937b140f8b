// A Worker, bundled as wrangler does it, in the real workerd.

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const here = dirname(fileURLToPath(import.meta.url));

/** The Worker of a file beside this one, with what Miniflare binds to it. Give it back with `dispose()`. */
export function workerFromFile(name, bindings) {
  return worker(name, { entryPoints: [join(here, name)] }, bindings);
}

/** The Worker of a text. */
export function workerFromSource(source, name, bindings) {
  return worker(name, { stdin: { contents: source, resolveDir: here, sourcefile: `${name}.mjs` } }, { bindings });
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
    // A module of its own, which workerd compiles: a Worker may not compile anything itself.
    loader: { ".wasm": "copy" },
    external: ["cloudflare:workers"],
    metafile: true,
    logLevel: "warning",
  });
  const modules = Object.keys(metafile.outputs)
    .map((file) => ({ type: file.endsWith(".js") ? "ESModule" : "CompiledWasm", path: join(here, file) }))
    // The first one is the Worker.
    .sort((a) => (a.type === "ESModule" ? -1 : 1));
  // What the Worker logs is not for this output.
  const handleRuntimeStdio = (...streams) => streams.forEach((stream) => stream.resume());
  // `cf: false`: it would ask a server of Cloudflare's about this machine.
  return new Miniflare({ cf: false, handleRuntimeStdio, compatibilityDate: "2025-01-01", modulesRoot: outdir, modules, ...bindings });
}

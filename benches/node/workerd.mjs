// Workers, bundled as wrangler does it.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Bundles a source, and gives what starts it: each time in a new process. */
export async function startWorker(name, contents) {
  const outdir = join(here, "workers", name);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    stdin: { contents, resolveDir: here, sourcefile: `${name}.mjs` },
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    // A module of its own, which workerd compiles: a Worker may not compile anything itself.
    loader: { ".wasm": "copy" },
    external: ["node:*", "crypto"],
    logLevel: "error",
  });
  const modules = readdirSync(outdir)
    .map((file) => ({ type: file.endsWith(".js") ? "ESModule" : "CompiledWasm", path: join(outdir, file) }))
    // The first one is the Worker.
    .sort((a) => (a.type === "ESModule" ? -1 : 1));
  const options = {
    // It would ask a server of Cloudflare's about this machine.
    cf: false,
    compatibilityDate: "2025-01-01",
    compatibilityFlags: ["nodejs_compat"],
    modulesRoot: outdir,
    modules,
    handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.resume()),
  };
  return { start: () => new Miniflare(options) };
}

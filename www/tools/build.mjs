// Builds the page into a directory: index.html, style.css, playground.js, and module.js, which is the wasm
// module. Static files, for any host.
//
//   node build.mjs <directory>

import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const source = fileURLToPath(new URL("..", import.meta.url));
const [directory] = process.argv.slice(2);

/**
 * The wasm module in a script: the page may open no connection, not even to its own server, so it cannot fetch
 * one. Compressed before it becomes base64, because base64 compresses badly.
 */
const packedModule = {
  name: "wasm module, gzipped",
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
      contents: gzipSync(await readFile(path), { level: 9 }),
      loader: "binary",
    }));
  },
};

await rm(directory, { recursive: true, force: true });
await mkdir(directory, { recursive: true });
const shared = { bundle: true, minify: true, legalComments: "none", logLevel: "warning", outdir: directory };
await build({
  ...shared,
  entryPoints: [join(source, "playground.js"), join(source, "module.js")],
  format: "esm",
  target: "es2022",
  external: ["./module.js"],
  plugins: [packedModule],
});
await build({ ...shared, entryPoints: [join(source, "style.css")], target: "esnext" });
await copyFile(join(source, "index.html"), join(directory, "index.html"));

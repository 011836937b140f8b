import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a script for browsers. */
export async function bundlePage(entry, outfile) {
  await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", logLevel: "warning" });
  // esbuild leaves the module to be fetched from beside the script.
  for (const name of ["agentmail_webhooks_bg.wasm", "agentmail_webhooks_explain_bg.wasm"]) {
    copyFileSync(fileURLToPath(import.meta.resolve(`agentmail-webhooks/${name}`)), join(dirname(outfile), name));
  }
}

/** Bundles a program for Node. */
export function bundleServer(entry, outfile) {
  return build({ entryPoints: [entry], outfile, bundle: true, platform: "node", logLevel: "warning" });
}

import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a script for browsers. */
export async function bundlePage(entry, outfile) {
  await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", logLevel: "warning" });
  // esbuild leaves the module to be fetched from beside the script.
  const wasm = fileURLToPath(import.meta.resolve("agentmail-webhooks/agentmail_webhooks_bg.wasm"));
  copyFileSync(wasm, join(dirname(outfile), "agentmail_webhooks_bg.wasm"));
}

/** Bundles a program for Node. */
export function bundleServer(entry, outfile) {
  return build({ entryPoints: [entry], outfile, bundle: true, platform: "node", logLevel: "warning" });
}

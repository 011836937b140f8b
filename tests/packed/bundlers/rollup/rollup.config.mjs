import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";

const modules = ["agentmail_webhooks_bg.wasm", "agentmail_webhooks_explain_bg.wasm"];
const copyModules = () => {
  for (const name of modules) copyFileSync(fileURLToPath(import.meta.resolve(`agentmail-webhooks/${name}`)), `dist/web/${name}`);
};

export default [
  {
    input: ["../../apps/page.mjs", "../../apps/page-inline.mjs"],
    output: { dir: "dist/web" },
    plugins: [
      resolve({ browser: true }),
      // Rollup leaves the module to be fetched from beside the script.
      { name: "copy", writeBundle: copyModules },
    ],
  },
  {
    input: "../../apps/server.mjs",
    output: { dir: "dist/server", entryFileNames: "[name].mjs" },
    external: /^node:/,
    plugins: [resolve({ exportConditions: ["node"] }), commonjs()],
  },
];

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tool } from "../../lib/tools.mjs";
import { reportWorker, start } from "../../lib/worker.mjs";

const dist = join(import.meta.dirname, "dist");
const wrangler = tool("wrangler", import.meta.dirname);
const by = `wrangler ${wrangler.version}`;

await deploy("worker.mjs", { by });
await deploy("worker-inline.mjs", { by, as: "`agentmail-webhooks/inline`" });

async function deploy(app, row) {
  rmSync(dist, { recursive: true, force: true });
  wrangler.run("deploy", `../../apps/${app}`, "--config", "wrangler.json", "--dry-run", "--outdir", dist);
  const files = readdirSync(dist).filter((file) => /\.(js|wasm)$/.test(file));
  await reportWorker(row, start(dist, files.map((file) => join(dist, file))));
}

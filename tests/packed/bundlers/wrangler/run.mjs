import { readdirSync } from "node:fs";
import { join } from "node:path";
import { tool } from "../../tools.mjs";
import { reportWorker, start } from "../../worker.mjs";

const dist = join(import.meta.dirname, "dist");
const { version, run } = tool("wrangler", import.meta.dirname);
const name = `wrangler ${version}`;

run("deploy", "--dry-run", "--outdir", dist);
const files = readdirSync(dist).filter((file) => /\.(js|wasm)$/.test(file));
await reportWorker(name, start(dist, files.map((file) => join(dist, file))));

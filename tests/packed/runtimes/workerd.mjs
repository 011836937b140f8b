import { installedVersion } from "../lib/tools.mjs";
import { reportWorker, workerFromFile } from "../lib/worker.mjs";

await reportWorker({ by: `esbuild ${installedVersion("esbuild")}`, whole: true }, await workerFromFile("apps/worker.mjs"));

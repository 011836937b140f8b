import { installedVersion } from "../tools.mjs";
import { reportWorker, workerFromFile } from "../worker.mjs";

await reportWorker({ by: `esbuild ${installedVersion("esbuild")}` }, await workerFromFile("apps/worker.mjs"));

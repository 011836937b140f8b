import { installedVersion } from "../lib/tools.mjs";
import { reportWorker, workerFromFile } from "../lib/worker.mjs";

const by = `esbuild ${installedVersion("esbuild")}`;
await reportWorker({ by, whole: true }, await workerFromFile("apps/worker.mjs"));
// With it there is `node:crypto`, which hashes longer payloads, and `Buffer`, which reads texts.
await reportWorker({ by, as: "`nodejs_compat`", whole: true }, await workerFromFile("apps/worker.mjs", { compatibilityFlags: ["nodejs_compat"] }));

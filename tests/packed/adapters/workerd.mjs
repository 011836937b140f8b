// The adapters of the Fetch API, inside workerd.

import { testWorker, workerFromFile } from "../lib/worker.mjs";

await testWorker(await workerFromFile("adapters/workerd-worker.mjs"));

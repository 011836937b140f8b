// The stores of Cloudflare's platform, inside workerd.

import { testWorker, workerFromFile } from "../lib/worker.mjs";

const bindings = { d1Databases: ["DATABASE"], durableObjects: { DELIVERIES: { className: "LookedInto", useSQLite: true } } };
await testWorker(await workerFromFile("stores/workerd-worker.mjs", bindings));

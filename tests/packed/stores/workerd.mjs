// The stores of Cloudflare's platform, inside workerd.

import { test } from "node:test";
import { workerFromFile } from "../worker.mjs";

const worker = await workerFromFile("stores/workerd-worker.mjs", {
  d1Databases: ["DATABASE"],
  durableObjects: { DELIVERIES: { className: "LookedInto", useSQLite: true } },
});
try {
  const response = await worker.dispatchFetch("http://worker.example/");
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  for (const { name, error } of JSON.parse(text)) {
    test(name, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
} finally {
  await worker.dispose();
}

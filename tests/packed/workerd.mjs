// The suite runs inside the Worker, and answers with its results.

import { test } from "node:test";
import { fixtures } from "./fixtures.mjs";
import { workerFromFile } from "./worker.mjs";

const worker = await workerFromFile("workerd-worker.mjs");
try {
  const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body: JSON.stringify(fixtures) });
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

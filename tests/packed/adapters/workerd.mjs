// The adapters of the Fetch API, inside workerd.

import { test } from "node:test";
import { workerFromFile } from "../worker.mjs";

const worker = await workerFromFile("adapters/workerd-worker.mjs");
try {
  const response = await worker.dispatchFetch("http://worker.example/");
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  for (const { name, error } of JSON.parse(text)) {
    test(`workerd: ${name}`, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
} finally {
  await worker.dispose();
}

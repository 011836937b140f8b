// The suite runs inside a page of Chromium, and answers with its results.

import { test } from "node:test";
import { fixtures } from "./fixtures.mjs";
import { withPage } from "./page.mjs";

const results = await withPage("chromium-page.mjs", (page) =>
  page.evaluate((text) => globalThis.run(text), JSON.stringify(fixtures)),
);
for (const { name, error } of results) {
  test(name, () => {
    if (error !== undefined) throw new Error(error);
  });
}

// What a visitor loads.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const budgetTests = {
  async "100 KB gzipped with the module, 40 KB without"(_, site) {
    const sizes = {};
    for (const name of await readdir(site)) sizes[name] = gzipSync(await readFile(join(site, name)), { level: 9 }).length;
    const sum = Object.values(sizes).reduce((total, size) => total + size, 0);
    const told = JSON.stringify({ ...sizes, sum });
    assert.deepEqual(Object.keys(sizes).toSorted(), ["index.html", "module.js", "playground.js", "style.css"]);
    assert.ok(sum - sizes["module.js"] < 40_000, told);
    assert.ok(sum < 100_000, told);
  },
};

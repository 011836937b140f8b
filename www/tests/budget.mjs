// The size of the files that a visitor loads.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

async function sizes(site) {
  const names = (await readdir(site)).toSorted();
  const all = await Promise.all(names.map(async (name) => [name, gzipSync(await readFile(join(site, name)), { level: 9 }).length]));
  return { ...Object.fromEntries(all), sum: all.reduce((total, [, size]) => total + size, 0) };
}

export const budgetTests = {
  async "all but the module is under 40 KB, gzipped"(_, site) {
    const found = await sizes(site);
    assert.deepEqual(Object.keys(found), ["index.html", "module.js", "playground.js", "style.css", "sum"]);
    assert.ok(found.sum - found["module.js"] < 40_000, JSON.stringify(found));
  },

  async "all of it is under 100 KB, gzipped"(_, site) {
    const found = await sizes(site);
    assert.ok(found.sum < 100_000, JSON.stringify(found));
  },
};

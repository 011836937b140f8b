// Reads tests/fixtures, where there are files.

import { readFileSync, readdirSync } from "node:fs";

const directory = new URL("../../fixtures/", import.meta.url);

export const fixtures = readdirSync(directory)
  .filter((file) => file.endsWith(".json") && file !== "schema.json")
  .sort()
  .map((file) => ({ file, cases: JSON.parse(readFileSync(new URL(file, directory), "utf8")).cases }));

// Reads tests/fixtures from files, for the whole suite and for the short one.

import { readFileSync, readdirSync } from "node:fs";

const directory = new URL("../../fixtures/", import.meta.url);

export const fixtures = readdirSync(directory)
  .filter((file) => file.endsWith(".json") && file !== "schema.json")
  .sort()
  .map((file) => ({ file, cases: JSON.parse(readFileSync(new URL(file, directory), "utf8")).cases }));

/** The first accepted and the first refused case of each file. */
function sample({ file, cases }) {
  const first = [cases.find(({ expected }) => !expected.error), cases.find(({ expected }) => expected.error)];
  return { file, cases: first.filter(Boolean) };
}

const WHOLE = { whole: true, files: fixtures };
const SHORT = { whole: false, files: fixtures.map(sample) };

/** Returns the fixtures of a run: all for one run of each engine, a few for other loaders, bundlers and versions. */
export const given = ({ whole }) => (whole ? WHOLE : SHORT);

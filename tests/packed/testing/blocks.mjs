// The code of docs/testing.md, as files.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const markdown = readFileSync(new URL("../../../docs/testing.md", import.meta.url), "utf8");
const found = markdown.matchAll(/<!-- (\S+), run by (\S+) -->\n```[jt]s\n(.*?)```/gs);
const blocks = Object.fromEntries(Array.from(found, ([, name, , code]) => [name, code]));

export const names = Object.keys(blocks);
export const count = markdown.match(/^```[jt]s/gm).length;

/** Writes a block beside the tests, where packages are found, and gives its path. */
export function documented(name) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(file, blocks[name]);
  return file;
}

// The documentation: its pages, their blocks of code, and the test that runs each of them.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after } from "node:test";
import { lexer } from "marked";

/** The repository itself: the project of the tests has copies of a part of it. */
export const REPOSITORY = process.env.REPOSITORY ?? new URL("../../..", import.meta.url).pathname;

const FOLDERS = ["docs", "examples", "benches", "pkg-templates", "tests/fixtures"];

/** Every page of documentation, by its path in the repository. */
export const pages = ["", ...FOLDERS].flatMap((folder) => {
  const names = readdirSync(`${REPOSITORY}/${folder}`, { recursive: folder !== "" });
  const found = names.filter((name) => name.endsWith(".md") && !/(^|\/)(node_modules|target)\//.test(name));
  return found.map((name) => (folder ? `${folder}/${name}` : name));
}).sort();

export function read(path) {
  return readFileSync(`${REPOSITORY}/${path}`, "utf8");
}

/** A line before a block says what it is called, and which test runs it. */
const CLAIM = /^<!-- (\S+), run by (\S+) -->\n$/;

/** The blocks of code of a page: `{ page, line, language, code, name, test }`. */
export function blocks(page) {
  let line = 1;
  return lexer(read(page)).flatMap((token, at, tokens) => {
    const start = line;
    line += token.raw.split("\n").length - 1;
    // Those in lists and quotes cannot be claimed, so they are found as what they are: unclaimed.
    const [, name, test] = tokens[at - 1]?.raw.match(CLAIM) ?? [];
    return codes(token).map(({ lang = "", text }) => ({ page, line: start, language: lang, code: `${text}\n`, name, test }));
  });
}

function codes(token) {
  if (token.type === "code") return [token];
  return [...(token.tokens ?? []), ...(token.items ?? [])].flatMap(codes);
}

/**
 * For the test of this URL: gives the code of a block that names it as the test that runs it. Those that it does not
 * take make it fail.
 */
export function claims(url) {
  const test = url.slice(url.indexOf("tests/packed/"));
  const mine = pages.flatMap(blocks).filter((block) => block.test === test);
  const left = new Set(mine);
  after(() => assert.deepEqual(Array.from(left, ({ page, name }) => `${page}: ${name}`), [], "blocks that name this test, which does not run them"));
  return (page, name) => {
    const found = mine.filter((block) => block.page === page && block.name === name);
    assert.equal(found.length, 1, `${page} has ${found.length} blocks that are called ${name}, run by ${test}`);
    left.delete(found[0]);
    return found[0].code;
  };
}

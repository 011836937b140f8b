// Every block of code in a page has a test that runs it, and every export has a page.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join, normalize, dirname } from "node:path";
import { test } from "node:test";
import { REPOSITORY, blocks, pages, read } from "./blocks.mjs";

/** Languages of blocks that a test claims by name: `blocks.mjs` makes it run what it claims. */
const CLAIMED = ["js", "html", "ts", "tsx", "json", "jsonc", "sql", "toml", "yaml"];
/** Languages of blocks that are compiled and run as the documentation of the crate. */
const RUST = ["rust", "rust,no_run"];
/** Languages of blocks that shell.mjs checks, line by line. */
const SHELL = ["sh"];
/** Tests in other languages, which read their code from the page. */
const READERS = ["benches/native/src/migration.rs", "tests/interop/test_migration.py", "tests/interop/test_docs.py"];
/** Languages of blocks that are not run: pictures and output. */
const TEXT = ["", "text"];

const tests = read("xtask/src/packed.rs");
/** The pages that files in `src/` include, by a path from there or from the root. */
const sources = readdirSync(join(REPOSITORY, "src"), { recursive: true }).filter((name) => name.endsWith(".rs"));
const included = new Set(
  sources.flatMap((name) =>
    Array.from(read(`src/${name}`).matchAll(/"([^"\s]+\.md)"/g), ([, path]) => [path, normalize(join("src", dirname(name), path))]).flat(),
  ),
);

/** Returns why a block has no test, or undefined if it has one. */
function fault({ page, language, name, test }) {
  if (TEXT.includes(language) || SHELL.includes(language)) return undefined;
  if (READERS.includes(test)) return read(test).includes(page.replace(/^docs\//, "")) ? undefined : `${test} does not read it`;
  if (RUST.includes(language)) return included.has(page) ? undefined : "the page is not in the documentation of the crate";
  if (!CLAIMED.includes(language)) return `nothing is known of the language ${language}`;
  if (!name) return "no line before it names the test that runs it";
  if (!existsSync(join(REPOSITORY, test))) return `there is no ${test}`;
  if (!read(test).includes("claims(import.meta.url)")) return `${test} does not claim it`;
  const file = test.replace("tests/packed/", "");
  return tests.includes(`"${file}"`) ? undefined : `cargo xtask test does not run ${file}`;
}

for (const page of pages) {
  test(`blocks of ${page}`, () => {
    for (const block of blocks(page)) {
      const why = fault(block);
      assert.equal(why, undefined, `${page}:${block.line}: ${why}`);
    }
  });
}

test("blocks: those that no test runs are found", () => {
  const good = { page: "README.md", language: "js", name: "a.mjs", test: "tests/packed/docs/readme.mjs" };
  assert.equal(fault(good), undefined);
  const wrong = [{ name: undefined }, { test: "tests/packed/nothing.mjs" }, { test: "tests/packed/module/memory.mjs" }, { language: "python" }, { language: "rust,ignore" }, { language: "rust", page: "SECURITY.md" }, { language: "rust", test: "benches/native/src/migration.rs" }];
  for (const change of wrong) assert.ok(fault({ ...good, ...change }), JSON.stringify(change));
});

const { exports } = JSON.parse(read("pkg-templates/package.json"));
/** Entry points that are neither adapters nor stores, with the page about each. */
const OTHERS = {
  ".": "docs/start.md",
  "./event.schema.json": "docs/events.md",
  "./inline": "docs/browser.md",
  "./explain": "docs/troubleshooting.md",
  "./testing": "docs/testing.md",
  "./stores/migration.sql": "docs/stores/sql.md",
  "./stores/postgres.sql": "docs/stores/postgres.md",
  "./agentmail_webhooks_bg.wasm": "docs/browser.md",
  "./agentmail_webhooks_explain_bg.wasm": "docs/browser.md",
  "./package.json": undefined,
};

for (const entry of Object.keys(exports)) {
  test(`the entry point ${entry} has its page`, () => {
    const page = Object.hasOwn(OTHERS, entry) ? OTHERS[entry] : entry.startsWith("./stores/") ? `docs/${entry.slice(2)}.md` : `docs/adapters/${entry.slice(2)}.md`;
    if (page === undefined) return;
    assert.ok(pages.includes(page), `there is no ${page}`);
    assert.ok(read(page).includes(entry === "." ? '"agentmail-webhooks"' : entry.slice(2)), `${page} does not name it`);
  });
}

test("the index has every page of docs/", () => {
  const index = read("docs/README.md");
  for (const page of pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md")) {
    assert.ok(index.includes(`](${page.slice("docs/".length)})`), page);
  }
});

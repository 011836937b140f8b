// The pages of the adapters have the same text for the same row, and each page has every option.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lexer } from "marked";
import { pages, read } from "./blocks.mjs";

const adapters = pages.filter((page) => page.startsWith("docs/adapters/") && page !== "docs/adapters/axum.md");
const stores = ["durable-object", "memory", "redis", "sql"].map((name) => `docs/stores/${name}.md`);

/** Returns the rows of the table that begins with a heading, by their first cell. */
function table(page, heading) {
  const found = lexer(read(page)).find(({ type, header }) => type === "table" && header[0].text === heading);
  assert.ok(found, `${page} has no table of "${heading}"`);
  return new Map(found.rows.map(([first, ...others]) => [first.text, others.map(({ text }) => text).join(" | ")]));
}

/** Asserts that rows with the same name have the same text in every page, except the rows in `but`. */
function alike(heading, but) {
  const known = new Map();
  for (const page of adapters) {
    for (const [name, text] of table(page, heading)) {
      if (but.includes(name)) continue;
      assert.equal(text, known.get(name) ?? text, `${page}: ${name}`);
      known.set(name, text);
    }
  }
  return known;
}

test("adapters: the options that are the same", () => {
  const known = alike("option", ["secret", "on", "onError", "maxBodyBytes", "path"].map((name) => `\`${name}\``));
  assert.equal(known.size, 9);
});

test("adapters: the answers that are the same", () => {
  const known = alike("outcome", ["not a POST"]);
  assert.equal(known.size, 6);
});

test("adapters: every option stands in every page", () => {
  const declared = read("pkg-templates/index.d.ts") + read("pkg-templates/adapters.d.ts");
  const members = (name) => {
    const [, body] = declared.match(new RegExp(`^export interface ${name}\\b.*?\\{\n(.*?)^\\}`, "ms"));
    return Array.from(body.matchAll(/^ {2}(\w+)\??:/gm), ([, member]) => `\`${member}\``);
  };
  const all = [...members("AdapterOptions"), ...members("WebhookOptions")].sort();
  assert.equal(all.length, 13);
  for (const page of adapters) {
    // Lambda has no background, and Fastify a path.
    const own = { "docs/adapters/lambda.md": all.filter((name) => name !== "`background`"), "docs/adapters/fastify.md": [...all, "`path`"].sort() };
    assert.deepEqual([...table(page, "option").keys()].sort(), own[page] ?? all, page);
  }
});

test("stores: what is the same of each is said of each", () => {
  for (const page of stores) {
    const text = read(page);
    for (const words of ["409", "releases the delivery", "another attempt may begin; the late one can no longer complete", "three days", "`leaseSeconds`"]) {
      assert.ok(text.includes(words), `${page}: ${words}`);
    }
  }
});

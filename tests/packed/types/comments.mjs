// The documentation in editors: every export of the package has a comment, and the code in the comments compiles.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { read } from "../docs/blocks.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const directory = join(here, "../../../node_modules/agentmail-webhooks");
const work = join(here, "documentation-work");
const modules = join(here, "../../../../node_modules");

const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
const declarations = [...new Set(JSON.stringify(manifest.exports).match(/[\w./-]+\.d\.c?ts/g))].map((path) => join(directory, path));

const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};
const NODE = { types: ["node"], typeRoots: [join(modules, "@types")] };
const WORKERS = { types: ["@cloudflare/workers-types"], typeRoots: [modules] };

const program = ts.createProgram(declarations, { ...options, ...WORKERS });
const checker = program.getTypeChecker();
const sources = declarations.map((path) => program.getSourceFile(path));

/** All exports of the package, with the places of their declarations. */
const exported = sources.flatMap((source) => {
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  return names.map((symbol) => ({ symbol, where: `${source.fileName.slice(directory.length + 1)}: ${symbol.name}` }));
});

const isDocumented = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim().length > 3;
const isMember = (node) =>
  ts.isPropertySignature(node) || ts.isMethodSignature(node) || ts.isPropertyDeclaration(node) || ts.isMethodDeclaration(node);
const tagsOf = (symbol, name) => symbol.getJsDocTags(checker).filter((tag) => tag.name === name);

/** Yields the members within a node, also those of nested types. The arguments of `Extract` are no members. */
function* membersOf(node) {
  if (ts.isTypeReferenceNode(node) && node.typeName.getText() === "Extract") return;
  if (isMember(node)) yield node;
  for (const child of node.getChildren()) yield* membersOf(child);
}

/** The exported functions and classes. */
const callable = exported.filter(({ symbol }) => symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class));

test("documentation: every export has a comment", () => {
  assert.ok(declarations.length >= 20 && exported.length >= 150, `${declarations.length} files, ${exported.length} exports`);
  assert.deepEqual(exported.filter(({ symbol }) => !isDocumented(symbol)).map(({ where }) => where), []);
});

test("documentation: every member has a comment", () => {
  const members = exported.flatMap(({ symbol, where }) =>
    symbol.declarations.flatMap((declaration) => [...membersOf(declaration)]).map((node) => ({ node, where })),
  );
  assert.ok(members.length >= 600, `${members.length} members`);
  const silent = members.filter(({ node }) => !isDocumented(checker.getSymbolAtLocation(node.name)));
  assert.deepEqual(silent.map(({ node, where }) => `${where}, ${node.name.getText()}`), []);
});

test("documentation: every function and class has an example", () => {
  assert.ok(callable.length >= 30, `${callable.length}`);
  const without = callable.filter(({ symbol }) => tagsOf(symbol, "example").length === 0);
  assert.deepEqual(without.map(({ where }) => where), []);
});

test("documentation: adapters and stores lead to their pages, which are there", () => {
  const pages = callable.filter(({ where }) => /^(adapters|stores)\//.test(where) && !where.endsWith("DeliveryObject"));
  assert.ok(pages.length >= 15, `${pages.length}`);
  for (const { symbol, where } of pages) assert.equal(tagsOf(symbol, "see").length, 1, where);
  const links = sources.flatMap((source) => source.text.match(/blob\/main\/[\w./-]+/g) ?? []);
  assert.ok(links.length >= 20);
  for (const link of new Set(links)) read(link.slice("blob/main/".length));
});

test("documentation: the codes that may be thrown are codes", () => {
  const { declarations: [codes] } = exported.find(({ where }) => where === "index.d.ts: ErrorCode").symbol;
  const known = codes.type.types.map((type) => type.literal.text);
  assert.equal(known.length, 14);
  const thrown = sources.flatMap((source) => source.text.match(/@throws \{WebhookError\}(.|\n)*?(?=\* @|\*\/|\* *\n)/g) ?? []);
  assert.ok(thrown.length >= 20, `${thrown.length}`);
  const named = thrown.flatMap((text) => Array.from(text.matchAll(/`(\w+_\w+)`/g), ([, code]) => code));
  assert.deepEqual(named.filter((code) => !known.includes(code)), []);
});

test("documentation: every example compiles by itself", () => {
  // The declarations for `require` say the same.
  const blocks = sources.filter(({ fileName }) => fileName.endsWith(".d.ts")).flatMap(examples);
  assert.ok(blocks.length >= 20, `${blocks.length}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const [types, isTheirs] of [[WORKERS, isForWorkers], [NODE, (code) => !isForWorkers(code)]]) {
    const files = blocks.filter(isTheirs).map((code, index) => {
      const file = join(work, `${types.types[0].replace(/\W/g, "")}-${index}.mts`);
      // `export {}` makes each example a module, so that the names of examples do not collide.
      writeFileSync(file, `${code}\nexport {};\n`);
      return file;
    });
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files, { ...options, ...types }));
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => work, getNewLine: () => "\n" };
    assert.equal(ts.formatDiagnostics(diagnostics, host), "");
  }
});

const isForWorkers = (code) => /\b(interface Env|DeliveryObject)\b/.test(code);

/** Returns the code of the examples of a file. An example is one block of TypeScript, and perhaps a title. */
function examples({ text, fileName }) {
  const comments = text.match(/\/\*\*(.|\n)*?\*\//g).map((comment) => comment.replace(/^\s*\* ?/gm, ""));
  return comments.flatMap((comment) => {
    const parts = comment.split(/^@example\b/m).slice(1);
    return parts.map((part) => {
      const block = part.match(/^.*\n```ts\n((?:.|\n)*?)```\n/);
      assert.ok(block, `${fileName}: an example without a block of ts: ${part.slice(0, 80)}`);
      return block[1];
    });
  });
}

// Each example as a project: its dependencies, its types, its README.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { project } from "./project.mjs";

const here = (path) => new URL(`../../../examples/${path}`, import.meta.url);
const table = readFileSync(here("README.md"), "utf8");
const names = readdirSync(here("")).filter((name) => existsSync(here(`${name}/package.json`)));

for (const name of names) {
  const example = project(name);
  const { dependencies, devDependencies, scripts = {} } = JSON.parse(example.text("package.json"));

  test(`examples: ${name} asks for the versions that it is tested with`, () => {
    for (const [dependency, range] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.equal(range.replace("^", ""), example.found(dependency)?.version, dependency);
    }
  });

  test(`examples: ${name} stands in the table`, () => assert.ok(table.includes(`| [${name}](${name}/) |`)));

  test(`examples: the README of ${name} names scripts that there are`, () => {
    for (const [, script] of example.text("README.md").matchAll(/npm (?:run )?(?!install)(\w+)/g)) {
      assert.ok(scripts[script], script);
    }
  });

  if (scripts.check) test(`examples: the types of ${name}`, (t) => example.run(t, "check"));
}

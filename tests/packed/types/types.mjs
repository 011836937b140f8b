// The type declarations, compiled as users compile them.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const work = join(here, "types-work");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: "es2022" };
const node = { lib: ["es2022"], types: ["node"], typeRoots: [join(here, "../../../../node_modules/@types")] };
const dom = { lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"], types: [] };
/** The declarations stand alone: no DOM, no @types/node. */
const alone = { lib: ["es2022"], types: [] };

rmSync(work, { recursive: true, force: true });
for (const [directory, type] of [["module", "module"], ["commonjs", "commonjs"]]) {
  mkdirSync(join(work, directory), { recursive: true });
  writeFileSync(join(work, directory, "package.json"), JSON.stringify({ type }));
  for (const name of ["usage", "inline", "node", "fetch", "adapters-node", "adapters-workers", "testing"]) {
    for (const extension of ["ts", "mts", "cts"]) copyFileSync(join(here, `${name}.ts`), join(work, directory, `${name}.${extension}`));
  }
}

const resolutions = {
  node16: { module: "node16", moduleResolution: "node16" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
  "the old node": { module: "commonjs", moduleResolution: "node10", esModuleInterop: true },
};
const sources = { usage: alone, inline: alone, node, fetch: dom };

for (const [name, resolution] of Object.entries(resolutions)) {
  for (const [source, library] of Object.entries(sources)) {
    test(`types: ${source}, resolved as by ${name}`, () => {
      const files = ["module/S.ts", "commonjs/S.ts", "module/S.mts", "commonjs/S.cts"].map((file) => join(work, file.replace("S", source)));
      compile({ ...resolution, ...library }, files);
    });
  }
}

for (const name of ["node16", "nodenext", "bundler"]) {
  test(`types: no default export, resolved as by ${name}`, () => compile({ ...resolutions[name], ...alone }, [join(here, "default.mts")]));
}

/** The names of all events, from the declarations themselves. */
const declared = readFileSync(join(here, "../../../node_modules/agentmail-webhooks/index.d.ts"), "utf8");
const events = [...declared.matchAll(/^ {2}event_type: "(.+)";$/gm)].map(([, name]) => name);

function exhaustive(names) {
  const cases = names.map((name) => `    case ${JSON.stringify(name)}:`).join("\n");
  return `import type { WebhookEvent } from "agentmail-webhooks";
export function f(event: WebhookEvent): number {
  switch (event.event_type) {
${cases}
      return 1;
    default: {
      const none: never = event;
      return none;
    }
  }
}
`;
}

/** The declarations of frameworks, and of Node's `Request`, are not ours to check. */
const adapters = {
  "adapters-node": { ...node, skipLibCheck: true },
  testing: { ...node, skipLibCheck: true },
  "adapters-workers": { lib: ["es2022"], types: ["@cloudflare/workers-types"], typeRoots: [join(here, "../../../..", "node_modules")], skipLibCheck: true },
};
for (const [source, library] of Object.entries(adapters)) {
  for (const name of ["node16", "nodenext", "bundler"]) {
    test(`types: ${source}, resolved as by ${name}`, () => compile({ ...resolutions[name], ...library }, [join(work, "module", `${source}.mts`)]));
  }
  // This resolution finds only the subpaths in `typesVersions`. Among the dependencies, Hono's types need more.
  test(`types: ${source}, resolved as by the old node`, () => compile({ ...resolutions["the old node"], ...library }, [join(work, "commonjs", `${source}.ts`)]));
}
for (const source of ["adapters-node", "testing"]) {
  test(`types: ${source}, required`, () => compile({ ...resolutions.nodenext, ...adapters[source], verbatimModuleSyntax: false }, [join(work, "commonjs", `${source}.cts`)]));
}

test(`types: a switch over all ${events.length} events is exhaustive, without one of them it is not`, () => {
  const file = (name, names) => {
    const path = join(work, "module", `${name}.ts`);
    writeFileSync(path, exhaustive(names));
    return path;
  };
  const options = { ...resolutions.node16, ...alone };
  compile(options, [file("exhaustive", events)]);
  // Each switch is in a separate file, and every one must fail.
  const partial = events.map((left, index) => file(`partial${index}`, events.filter((name) => name !== left)));
  const told = failures(options, partial);
  const failing = new Set(told.match(/partial\d+\.ts(?=.*is not assignable to type 'never')/g));
  if (failing.size !== events.length) throw new Error(`${events.length - failing.size} compile all the same\n${told}`);
});

test("types: both declarations are one text", () => {
  const other = readFileSync(join(here, "../../../node_modules/agentmail-webhooks/index.d.cts"), "utf8");
  if (declared !== other) throw new Error("index.d.ts and index.d.cts differ");
});

function compile(options, files) {
  const told = failures(options, files);
  if (told) throw new Error(told);
}

/** Returns the errors of the compiler. */
function failures(options, files) {
  const project = join(work, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
  try {
    execFileSync(process.execPath, [tsc, "--project", project], { cwd: work, encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return error.stdout || String(error);
  }
}

// Every block of TypeScript compiles, strictly, as its readers compile it.

import { rmSync, writeFileSync, mkdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { blocks, claims, pages } from "./blocks.mjs";

const block = claims(import.meta.url);
// Blocks that cannot be run here are only compiled.
for (const [page, name] of [["docs/stores/sql.md", "better-sqlite3.ts"], ["docs/stores/your-own.md", "types.ts"], ["docs/testing.md", "worker.test.ts"]]) block(page, name);

const work = join(import.meta.dirname, "types-work");
const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/bin/tsc");
const strict = { strict: true, noEmit: true, skipLibCheck: true, target: "es2022", module: "esnext", moduleResolution: "bundler" };
/** Compiler options of each platform. A block's name begins with its platform, else it is for Node. */
const platforms = {
  worker: JSON.parse(block("docs/adapters/fetch.md", "tsconfig.json")).compilerOptions,
  node: { ...strict, lib: ["es2022", "dom"], types: [dirname(require.resolve("@types/node/package.json"))], jsx: "preserve" },
};
/** The declarations that `wrangler types` writes for a Worker. */
const CONFIGURATION = `declare namespace Cloudflare {
  interface Env { AGENTMAIL_WEBHOOK_SECRET: string }
  interface GlobalProps { mainModule: typeof import("./docs-adapters-fetch.md-worker") }
}
`;
const typed = pages.flatMap(blocks).filter(({ language }) => ["ts", "tsx"].includes(language));

for (const [platform, library] of Object.entries(platforms)) {
  test(`types: blocks for ${platform}`, () => {
    const directory = join(work, platform);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const mine = typed.filter(({ name = "" }) => name.startsWith("worker") === (platform === "worker"));
    if (mine.length < 4) throw new Error(`${mine.length} blocks`);
    const files = mine.map(({ page, name, code }) => {
      const file = `${page.replaceAll("/", "-")}-${name}`;
      writeFileSync(join(directory, file), code);
      return file;
    });
    if (platform === "worker") {
      writeFileSync(join(directory, "configuration.d.ts"), CONFIGURATION);
      files.push("configuration.d.ts");
    }
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions: library, files }));
    try {
      execFileSync(process.execPath, [tsc, "--project", directory], { cwd: directory, encoding: "utf8", stdio: "pipe" });
    } catch ({ stdout, message }) {
      throw new Error(stdout || message);
    }
  });
}

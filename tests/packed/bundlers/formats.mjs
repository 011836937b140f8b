// Server bundles that are not in the matrix: ES modules for Node, by each bundler, and a Worker with the condition
// `node`.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build as esbuild } from "esbuild";
import { Miniflare } from "miniflare";
import { rollup } from "rollup";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import { build as vite } from "vite";
import webpack from "webpack";
import { ok, same } from "../suite/assert.mjs";

const work = fileURLToPath(new URL("formats-work", import.meta.url));
rmSync(work, { recursive: true, force: true });
mkdirSync(work);
/** A receiver with its usual imports. It delivers to itself, through the adapter for `Request`. */
const PROGRAM = `
import { Webhook } from "agentmail-webhooks";
import { webhookHandler as express } from "agentmail-webhooks/express";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { postgresStore } from "agentmail-webhooks/stores/postgres";
import { redisStore } from "agentmail-webhooks/stores/redis";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
// Not only as long as the host hashes nothing: over 64 KB, it does.
const text = "Grüße ".repeat(20_000);
const body = JSON.stringify({ event_type: "message.received", message: { inbox_id: "i", thread_id: "t", message_id: "m", text } });

export async function run() {
  const told = [typeof express, typeof postgresStore, typeof redisStore];
  const handle = webhookHandler({ secret, store: memoryStore(), on: { any: (event) => told.push(event.event_type) } });
  const headers = new Webhook(secret).sign(body);
  for (let times = 0; times < 2; times += 1) {
    const { status } = await handle(new Request("https://acme.example/", { method: "POST", headers, body }));
    told.push(status);
  }
  return told.join(" ");
}
`;
const TOLD = "function function function message.received 200 200";
const program = join(work, "program.mjs");
writeFileSync(program, PROGRAM);
const entry = join(work, "entry.mjs");
writeFileSync(entry, 'import { run } from "./program.mjs";\n\nconsole.log(await run());\n');

const bundlers = {
  esbuild: (outfile) => esbuild({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "warning" }),
  Rollup: async (file) => {
    const plugins = [resolve({ exportConditions: ["node"] }), commonjs()];
    const bundle = await rollup({ input: entry, external: /^node:/, plugins, onwarn: ({ message }) => { throw new Error(message); } });
    await bundle.write({ file, format: "esm" });
  },
  webpack: (file) =>
    new Promise((done, fail) => {
      const output = { path: join(file, ".."), filename: "server.mjs", module: true, chunkFormat: "module" };
      webpack({ mode: "production", target: "node20", entry, output, experiments: { outputModule: true } }, (error, stats) => {
        if (error || stats.hasErrors()) fail(error ?? new Error(stats.toString()));
        else done();
      });
    }),
  Vite: (file) =>
    vite({
      configFile: false, root: work, logLevel: "error", ssr: { noExternal: true },
      build: { ssr: entry, outDir: join(file, ".."), rollupOptions: { output: { entryFileNames: "server.mjs" } } },
    }),
};

for (const [name, bundle] of Object.entries(bundlers)) {
  test(`formats: an ES module for Node, by ${name}`, async () => {
    const directory = join(work, name);
    await bundle(join(directory, "server.mjs"));
    // The copy is alone, so that anything outside the bundle is missing.
    const alone = mkdtempSync(join(tmpdir(), "formats-"));
    try {
      for (const file of readdirSync(directory)) copyFileSync(join(directory, file), join(alone, file));
      const told = execFileSync(process.execPath, [join(alone, "server.mjs")], { cwd: alone, encoding: "utf8", stdio: "pipe" });
      same(told.trim(), TOLD, "what it tells");
    } finally {
      rmSync(alone, { recursive: true });
    }
  });
}

// With both conditions, the order of `exports` decides. With `node` alone, the Worker starts, but its module cannot be
// compiled, because workerd compiles nothing at run time.
for (const [conditions, expected] of [[["node", "workerd"], TOLD], [["node"], /Wasm code generation disallowed/]]) {
  test(`formats: a Worker, bundled with the conditions ${conditions.join(" and ")}`, async () => {
    const worker = join(work, "worker.mjs");
    const source = 'import { run } from "./program.mjs";\n\nexport default { fetch: async () => new Response(await run().catch(String)) };\n';
    writeFileSync(worker, source);
    const outdir = join(work, `worker-${conditions.length}`);
    const { metafile } = await esbuild({
      entryPoints: [worker], outdir, bundle: true, format: "esm", target: "es2022", conditions, absWorkingDir: work,
      loader: { ".wasm": "copy" }, external: ["node:*"], metafile: true, logLevel: "warning",
    });
    const modules = Object.keys(metafile.outputs).map((path) => ({ type: path.endsWith(".js") ? "ESModule" : "CompiledWasm", path: join(work, path) }));
    modules.sort((one) => (one.type === "ESModule" ? -1 : 1));
    const miniflare = new Miniflare({ cf: false, compatibilityDate: "2025-01-01", compatibilityFlags: ["nodejs_compat"], modulesRoot: outdir, modules });
    try {
      const told = await (await miniflare.dispatchFetch("http://worker.example/")).text();
      if (expected instanceof RegExp) ok(expected.test(told), told);
      else same(told, expected, "what it tells");
    } finally {
      await miniflare.dispose();
    }
  });
}

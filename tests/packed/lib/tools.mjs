// Runtimes and tools that npm installed, and the programs that run in them.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { given } from "./fixtures.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const modules = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));

/** The environment of runtimes and tools: no update checks, no telemetry, and a separate home directory. */
export const ENVIRONMENT = {
  ...process.env,
  HOME: join(modules, ".cache/home"),
  CI: "true",
  NO_COLOR: "1",
  DENO_NO_UPDATE_CHECK: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
};

/** Returns the text for a runtime: the fixtures of its row. */
export const textOf = (row) => JSON.stringify(given(row));

/** Returns the path of a runtime for this platform, or undefined if it is not installed. */
export function runtime(name, file) {
  const path = join(modules, `${name}-${process.platform}-${process.arch}`, file);
  return existsSync(path) ? path : undefined;
}

/** Returns the version that a program prints. */
export function versionOf(program) {
  return execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+(\.\d+)+/)[0];
}

/** Runs a program of apps/, or one that was made from it, and returns its results. */
export function results(row, program, args) {
  const options = { cwd: here, env: ENVIRONMENT, encoding: "utf8", maxBuffer: 1e8 };
  return JSON.parse(execFileSync(program, args, { ...options, input: textOf(row) }));
}

/** The version of a package. */
export function installedVersion(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

/** Returns the version and the path of a package, and a function that runs its program in a directory. */
export function tool(name, directory, environment = {}) {
  const path = join(modules, ".bin", name);
  const run = (...args) => {
    const options = { cwd: directory, env: { ...ENVIRONMENT, ...environment }, encoding: "utf8", stdio: "pipe" };
    try {
      return execFileSync(process.execPath, [path, ...args], options);
    } catch ({ message, stdout, stderr }) {
      throw new Error(`${message}\n${stdout}\n${stderr}`);
    }
  };
  return { version: installedVersion(name), path, run };
}

// Runtimes and tools that npm installed, and the programs that run in them.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { given } from "./fixtures.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const modules = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));

/** What runtimes and tools are told: to ask nobody for updates, to tell nobody of this, to leave the home as it is. */
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

/** The text that a runtime gets: { whole } or {}. */
export const textOf = (row) => JSON.stringify(given(row));

/** The path of a runtime for this platform; undefined where it is not installed. */
export function runtime(name, file) {
  const path = join(modules, `${name}-${process.platform}-${process.arch}`, file);
  return existsSync(path) ? path : undefined;
}

/** The version that a program tells. */
export function versionOf(program) {
  return execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+(\.\d+)+/)[0];
}

/** Runs a program of apps/, or one that was made of it, and gives its results. */
export function results(row, program, args) {
  const options = { cwd: here, env: ENVIRONMENT, encoding: "utf8", maxBuffer: 1e8 };
  return JSON.parse(execFileSync(program, args, { ...options, input: textOf(row) }));
}

/** The version of a package. */
export function installedVersion(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

/** A package, and what runs the program of its name in a directory. */
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

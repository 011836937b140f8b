// An example as its users have it, after `npm install`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SECRET } from "./deliveries.mjs";

const packed = fileURLToPath(new URL("../../..", import.meta.url));
const PATIENCE = 60_000;

/** Settings against update checks, telemetry, and files outside the project. */
const ALONE = {
  NO_COLOR: "1",
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: ".wrangler/logs",
  WRANGLER_REGISTRY_PATH: ".wrangler/registry",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

export function project(name) {
  const directory = join(packed, "examples", name);
  const file = (path) => join(directory, path);
  const text = (path) => readFileSync(file(path), "utf8");
  rmSync(file("node_modules"), { recursive: true, force: true });
  symlinkSync(join(packed, "node_modules"), file("node_modules"), "dir");
  /** Directories from the innermost to the outermost, in which Node and npm look for packages and programs. */
  const modules = ancestors(directory).map((path) => join(path, "node_modules"));
  const programs = [dirname(process.execPath), ...modules.map((path) => join(path, ".bin")), process.env.PATH];

  /** Runs a script of package.json, or a command, as npm does. It ends with the test `t` at the latest. */
  function launch(t, script, { options = "", env = {} } = {}) {
    const command = JSON.parse(text("package.json")).scripts?.[script] ?? script;
    const child = spawn(`${command} ${options}`, {
      cwd: directory,
      env: { ...process.env, ...ALONE, PATH: programs.join(delimiter), ...env },
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of processes, to be ended together.
      detached: true,
    });
    const output = { text: "" };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output.text += data));
    const ended = once(child, "close");
    const stop = () => child.exitCode === null && process.kill(-child.pid, "SIGKILL");
    process.once("exit", stop);
    t.after(async () => {
      process.off("exit", stop);
      stop();
      await ended;
    });
    return { child, output, ended };
  }

  return {
    file,
    text,
    /** Returns the package.json of a package that the example finds. */
    found(name) {
      const path = modules.map((path) => join(path, name, "package.json")).find(existsSync);
      return path ? JSON.parse(readFileSync(path, "utf8")) : undefined;
    },

    /** Writes the secret to the file that the README names. */
    keepSecret: () => writeFileSync(file(".env"), `AGENTMAIL_WEBHOOK_SECRET=${SECRET}\n`),

    /** Runs a script to its end, and returns its output. */
    async run(t, script, given) {
      const { output, ended } = launch(t, script, given);
      const [status] = await ended;
      if (status !== 0) throw new Error(`${script} ended with ${status}:\n${output.text}`);
      return output.text;
    },

    /** Starts a server by a script, and waits for the address that it prints. */
    async serve(t, script, given) {
      const { child, output } = launch(t, script, given);
      const printed = (pattern) => find(pattern, child, output);
      const [, origin] = await printed(/(?:listening (?:on|at)|ready on|local:) +(http:\/\/[\w.]+:\d+)/i);
      const url = new URL("/webhooks", origin).href;
      return {
        url,
        printed,
        /** Returns the output so far. */
        all: () => output.text,
        /** Counts the occurrences of `words` in the output. */
        count: (words) => output.text.split(words).length - 1,
        /** Delivers, and asserts that the answer is this status with an empty body. */
        async answers(status, { headers, body }) {
          const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE) });
          const answer = [response.status, await response.text()];
          assert.deepEqual(answer, [status, ""], `${answer} instead of ${status}:\n${output.text}`);
        },
      };
    },
  };
}

function ancestors(directory) {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

async function find(pattern, child, output) {
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = output.text.match(pattern);
    if (found) return found;
    const isOver = child.exitCode !== null || Date.now() - start > PATIENCE;
    if (isOver) throw new Error(`it does not print ${pattern}:\n${output.text}`);
  }
}

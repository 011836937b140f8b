// Next.js bundles what its routes import, for its edge runtime and for Node, with either of two bundlers.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { report } from "../../lib/report.mjs";
import { ENVIRONMENT, textOf, tool } from "../../lib/tools.mjs";

const next = tool("next", import.meta.dirname);

/** A route, and what is said of it. */
const ROUTES = {
  "/edge": ["edge runtime", ""],
  "/api/edge": ["edge runtime", " (pages)"],
  "/api/inline": ["edge runtime, `agentmail-webhooks/inline`", " (pages)"],
  "/node": ["Node.js runtime", ""],
};

await build("Turbopack", ROUTES);
// With webpack, Next.js 16.4.1 cannot build any route handler of app/ for the edge runtime.
rmSync(`${import.meta.dirname}/app/edge`, { recursive: true });
const { "/edge": _, ...others } = ROUTES;
await build("webpack", others);

async function build(bundler, routes) {
  next.run("build", `--${bundler.toLowerCase()}`);
  const start = [next.path, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const options = { cwd: import.meta.dirname, env: ENVIRONMENT, stdio: ["ignore", "pipe", "inherit"] };
  const server = spawn(process.execPath, start, options);
  try {
    const url = await addressOf(server);
    for (const [path, [as, kind]] of Object.entries(routes)) {
      const row = { runtime: "Next.js", version: next.version, as, by: bundler + kind };
      const response = await fetch(url + path, { method: "POST", body: textOf(row) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      report(row, JSON.parse(text));
    }
  } finally {
    server.kill();
    await once(server, "exit");
  }
}

/** The address that the server tells once it listens. */
async function addressOf(server) {
  for await (const line of createInterface(server.stdout)) {
    const [url] = line.match(/http:\/\/127\.0\.0\.1:\d+/) ?? [];
    if (url) return url;
  }
  throw new Error("next start ended before it listened");
}

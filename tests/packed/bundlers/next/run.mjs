// Next.js bundles what its routes import, for its edge runtime and for Node, with either of two bundlers.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { report } from "../../report.mjs";
import { FIXTURES, tool } from "../../tools.mjs";

const next = tool("next", import.meta.dirname);
const [edge, node] = ["edge runtime", "Node.js runtime"];

next.run("build", "--turbopack");
await reportRoutes("Turbopack", { "/edge": edge, "/api/edge": edge, "/node": node });
// With webpack, Next.js 16.4.1 cannot build any route handler for the edge runtime.
rmSync(`${import.meta.dirname}/app/edge`, { recursive: true });
next.run("build", "--webpack");
await reportRoutes("webpack", { "/api/edge": edge, "/node": node });

async function reportRoutes(bundler, routes) {
  const start = [next.path, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const server = spawn(process.execPath, start, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await addressOf(server);
    for (const [path, as] of Object.entries(routes)) {
      const response = await fetch(url + path, { method: "POST", body: FIXTURES });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      const by = path.startsWith("/api") ? `${bundler} (pages)` : bundler;
      report({ runtime: "Next.js", version: next.version, as, by }, JSON.parse(text));
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

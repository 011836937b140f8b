// The two servers. Each is `{ name, url, next, stop }`: `next` waits for the next line of the application's
// log, `stop` ends the server.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare, NoOpLog } from "miniflare";

const require = createRequire(import.meta.url);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const version = (name) => require(`${name}/package.json`).version;

/** `express.mjs` in a process of its own. */
export async function startExpress(secret) {
  const lines = new Lines();
  const server = spawn(process.execPath, [here("express.mjs")], {
    env: { ...process.env, AGENTMAIL_WEBHOOK_SECRET: secret, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => server.kill();
  // However this process ends.
  process.on("exit", stop);
  for (const output of [server.stdout, server.stderr]) {
    createInterface({ input: output }).on("line", (line) => lines.add(line));
  }
  server.on("error", (error) => lines.end(`it cannot be started: ${error.message}`));
  server.on("close", (status) => lines.end(`it ended, with status ${status}`));
  const { port } = await lines.next(20_000);
  return {
    name: `Express ${version("express")} on Node ${process.version}`,
    source: "examples/demo/express.mjs",
    url: `http://127.0.0.1:${port}/webhooks`,
    next: () => lines.next(),
    stop,
  };
}

/** `worker.js` in workerd, which is what Cloudflare runs, bundled as Wrangler does it. */
export async function startWorker(secret) {
  const lines = new Lines();
  const { outputFiles } = await build({
    entryPoints: [here("worker.js")],
    outdir: here("bundle"),
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    // A module of its own, which workerd compiles: a Worker may not compile anything itself.
    loader: { ".wasm": "copy" },
    logLevel: "warning",
  });
  const modules = outputFiles.map(({ path, contents }) => ({
    type: path.endsWith(".js") ? "ESModule" : "CompiledWasm",
    path,
    contents,
  }));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    modulesRoot: here("bundle"),
    // The first one is the Worker.
    modules: modules.sort((a) => (a.type === "ESModule" ? -1 : 1)),
    compatibilityDate: "2026-01-01",
    bindings: { AGENTMAIL_WEBHOOK_SECRET: secret },
    handleStructuredLogs: ({ message }) => lines.add(message),
    log: new NoOpLog(),
    // Nothing is fetched from anywhere, neither by Miniflare nor by the Worker.
    cf: false,
    outboundService: () => new Response("there is no network here", { status: 502 }),
  });
  const url = await miniflare.ready;
  return {
    name: `Cloudflare's workerd ${version("workerd")}`,
    source: "examples/demo/worker.js",
    url: new URL("/webhooks", url).href,
    next: () => lines.next(),
    stop: () => miniflare.dispose(),
  };
}

/** Lines of JSON, in the order in which they come. */
class Lines {
  #entries = [];
  #noise = [];
  #ended;
  #wake = () => {};

  add(line) {
    try {
      this.#entries.push(JSON.parse(line));
    } catch {
      // Something unforeseen, such as a stack trace.
      this.#noise.push(line);
    }
    this.#wake();
  }

  end(why) {
    this.#ended = why;
    this.#wake();
  }

  async next(milliseconds = 5000) {
    const deadline = Date.now() + milliseconds;
    while (this.#entries.length === 0) {
      const left = deadline - Date.now();
      if (this.#ended !== undefined || left <= 0) {
        const why = this.#ended ?? `nothing for ${milliseconds / 1000} s`;
        throw new Error([`no line in the log of the application: ${why}`, ...this.#noise].join("\n"));
      }
      let timer;
      await new Promise((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
    return this.#entries.shift();
  }
}

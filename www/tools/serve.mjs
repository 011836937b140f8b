// Serves a directory of static files on this machine alone.
//
//   node serve.mjs <directory> <port>

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };

/** A server that listens. Port 0 is one that the system chooses. */
export async function serve(directory, port) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    // A name and no path: what is served lies in one directory.
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    const body = /^[\w-]+\.\w+$/.test(name) && (await readFile(join(directory, name)).catch(() => undefined));
    response.writeHead(body ? 200 : 404, {
      "content-type": TYPES[extname(name)] ?? "text/plain",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // The rest of the policy stands in the page, and holds on any host. This part counts in a header alone.
      "content-security-policy": "frame-ancestors 'none'",
    });
    response.end(body || "not found\n");
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [directory, port] = process.argv.slice(2);
  try {
    const server = await serve(directory, Number(port));
    console.log(`\n  http://127.0.0.1:${server.address().port}/\n\nCtrl+C ends it.`);
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    console.error(`port ${port} is taken: cargo xtask www --port 0 takes a free one`);
    process.exitCode = 1;
  }
}

// A redis-server of Debian's, on a port that the system chooses.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../lib/port.mjs";

/** Starts a server. `restart()` kills it, as a crash would, and starts it again on the same data. */
export async function redisServer({ appendonly = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "redis-"));
  const port = await freePort();
  let server = await start(port, directory, appendonly);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  };
  return {
    port,
    kill,
    restart: async () => {
      await kill();
      server = await start(port, directory, appendonly);
    },
    stop: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function start(port, directory, appendonly) {
  const durable = appendonly ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  const options = ["--port", port, "--bind", "127.0.0.1", "--dir", directory, "--save", "", ...durable, "--maxmemory-policy", "noeviction"];
  const server = spawn("redis-server", options.map(String), { stdio: ["ignore", "pipe", "inherit"] });
  server.on("error", () => {});
  // It must not outlive the tests.
  process.once("exit", () => server.kill("SIGKILL"));
  server.stdout.resume();
  for (;;) {
    if (server.pid === undefined) throw new Error("redis-server is missing: Debian and Ubuntu have it in redis-server");
    if (server.exitCode !== null) throw new Error(`redis-server stopped with ${server.exitCode}`);
    if (await answers(port)) return server;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Returns whether the server has read its data and accepts commands. */
async function answers(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [data] = await once(socket, "data");
    return `${data}`.startsWith("+PONG");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

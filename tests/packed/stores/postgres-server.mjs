// A PostgreSQL of Debian's or of the path, on a port that the system chooses.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../lib/port.mjs";

const DEBIAN = "/usr/lib/postgresql";
const LOCAL = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"];
// The machine does not crash, so that what has been written stays.
const FAST = ["-c", "fsync=off", "-c", "log_min_messages=panic"];

/** Starts a server. `restart()` kills it, as a crash would, and starts it again on the same data. */
export async function postgresServer() {
  const directory = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(directory, "data");
  const user = unprivileged();
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const initdb = ["--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  execFileSync(binary("initdb"), initdb, { ...user, cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
  const port = await freePort();
  let server = await start(port, data, user);
  const kill = async () => {
    if (server.shell.exitCode !== null) return;
    process.kill(server.pid, "SIGKILL");
    await once(server.shell, "exit");
    server.shell.stdin.end();
  };
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    kill,
    restart: async () => {
      await kill();
      server = await start(port, data, user);
    },
    stop: async () => {
      await kill();
      // Its processes may write until they have ended.
      rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

/** PostgreSQL does not run as root. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const id = (kind) => Number(execFileSync("id", [kind, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function binary(name) {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => other - one) : [];
  const paths = versions.map((version) => join(DEBIAN, version, "bin", name));
  return paths.find((path) => existsSync(path)) ?? name;
}

/** Starts it, and kills it as soon as this process is gone, however it ended. */
const WATCHED = `exec 3<&0; "$@" 3<&- & server=$!; echo $server
(cat <&3; kill -s QUIT $server) >/dev/null 2>&1 & wait $server`;

async function start(port, data, user) {
  const until = performance.now() + 60_000;
  for (;;) {
    const options = ["-D", data, "-p", String(port), ...LOCAL, ...FAST];
    const shell = spawn("sh", ["-c", WATCHED, "sh", binary("postgres"), ...options], { ...user, cwd: data, stdio: ["pipe", "pipe", "ignore"] });
    const [pid] = await once(shell.stdout, "data");
    while (shell.exitCode === null) {
      if (await answers(port)) return { shell, pid: Number(`${pid}`) };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (shell.exitCode === 127) throw new Error("postgres is missing: Debian and Ubuntu have it in postgresql");
    // The processes of a server that was killed are still about to end.
    if (shell.exitCode !== 1 || performance.now() > until) throw new Error(`postgres stopped with ${shell.exitCode}`);
  }
}

/** Connects as a client would, and waits for "ready for query". */
async function answers(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    const parameters = Buffer.from("user\0postgres\0\0");
    const head = Buffer.alloc(8);
    head.writeInt32BE(8 + parameters.length, 0);
    head.writeInt32BE(3 << 16, 4);
    socket.write(Buffer.concat([head, parameters]));
    const [data] = await once(socket, "data");
    return `${data}`.startsWith("R");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

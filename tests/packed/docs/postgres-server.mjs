// PostgreSQL itself, compiled to wasm, behind a port that the system chooses. It has one session, which all connections
// share: one message after the other.

import { once } from "node:events";
import { createServer } from "node:net";
import { PGlite } from "@electric-sql/pglite";

export async function postgresServer() {
  const database = await PGlite.create();
  const sockets = new Set();
  let turn = Promise.resolve();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.on("data", (message) => {
      turn = turn.then(async () => {
        const answer = await database.execProtocolRaw(new Uint8Array(message));
        if (socket.writable) socket.write(answer);
      });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `postgres://postgres@127.0.0.1:${server.address().port}/postgres`,
    query: (text) => database.query(text),
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await turn;
      await database.close();
    },
  };
}

// Stands between a client and a server, and delays or cuts what goes through.

import { once } from "node:events";
import { connect, createServer } from "node:net";

/** `delay` is for how long answers are kept back, in milliseconds. */
export async function proxyOf(target) {
  const sockets = new Set();
  const proxy = { delay: 0 };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    // In order, whatever the delay of each.
    let last = Promise.resolve();
    upstream.on("data", (data) => {
      const wait = new Promise((resolve) => setTimeout(resolve, proxy.delay));
      last = last.then(() => wait).then(() => client.destroyed || client.write(data));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.port = server.address().port;
  /** Ends all connections: answers that are under way are lost. */
  proxy.cut = () => sockets.forEach((socket) => socket.destroy());
  proxy.stop = () => {
    proxy.cut();
    server.close();
  };
  return proxy;
}

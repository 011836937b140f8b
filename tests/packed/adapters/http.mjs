// A server on this machine, and requests to it, byte by byte where it matters.

import { once } from "node:events";
import { createServer, request } from "node:http";

/** Serves a listener of `node:http`. */
export function serve(listener) {
  return serving(createServer(listener).listen(0, "127.0.0.1"));
}

export async function serving(server) {
  if (!server.listening) await once(server, "listening");
  const { port } = server.address();
  return {
    port,
    send: (message) => send(port, message),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function send(port, { method = "POST", path = "/", headers, body = "", framing = "length" }) {
  const bytes = Buffer.from(body);
  const hasLength = framing === "length" || framing === "announced";
  const outgoing = request({
    host: "127.0.0.1",
    port,
    method,
    path,
    agent: false,
    headers: { ...headers, ...(hasLength ? { "content-length": bytes.length } : { "transfer-encoding": "chunked" }) },
  });
  outgoing.flushHeaders();
  if (framing === "length") outgoing.end(bytes);
  if (framing === "endless") outgoing.write(bytes);
  if (framing === "chunks") {
    for (let at = 0; at < bytes.length; at += 100) outgoing.write(bytes.subarray(at, at + 100));
    outgoing.end();
  }
  const [incoming] = await once(outgoing, "response");
  let text = "";
  for await (const chunk of incoming) text += chunk;
  outgoing.on("error", () => {}).destroy();
  return { status: incoming.statusCode, headers: incoming.headers, body: text };
}

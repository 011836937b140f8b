// A server on this machine, and requests to it, byte by byte where it matters.

import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect as connectSecond, createServer as createSecondServer } from "node:http2";

/** Serves a listener of `node:http`. */
export function serve(listener) {
  return serving(createServer(listener).listen(0, "127.0.0.1"));
}

/** Serves a listener of `node:http2`. */
export function serveSecond(listener) {
  return servingSecond(createSecondServer(listener).listen(0, "127.0.0.1"));
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

/** Serves over HTTP/2, all requests on one session. Closing fails if a stream is left open. */
export async function servingSecond(server) {
  if (!server.listening) await once(server, "listening");
  const { port } = server.address();
  let streams = 0;
  server.on("stream", (stream) => {
    streams += 1;
    stream.once("close", () => (streams -= 1));
  });
  const session = connectSecond(`http://127.0.0.1:${port}`);
  const left = async () => {
    for (let tries = 0; streams > 0 && tries < 500; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    return streams;
  };
  return {
    port,
    session,
    left,
    send: (message) => sendSecond(session, message),
    close: async () => {
      const open = await left();
      session.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (open > 0) throw new Error(`${open} streams are left open`);
    },
  };
}

export async function sendSecond(session, { method = "POST", path = "/", headers, body = "", framing = "length" }) {
  const bytes = Buffer.from(body);
  const hasLength = framing === "length" || framing === "announced";
  const { connection: _, ...others } = headers;
  const stream = session.request({ ":method": method, ":path": path, ...others, ...(hasLength && { "content-length": bytes.length }) }, { endStream: method === "GET" });
  // The server resets a refused stream, with NO_ERROR.
  stream.on("error", () => {});
  if (method !== "GET" && framing === "length") stream.end(bytes);
  if (framing === "endless") stream.write(bytes);
  if (framing === "chunks") {
    for (let at = 0; at < bytes.length; at += 100) stream.write(bytes.subarray(at, at + 100));
    stream.end();
  }
  let text = "";
  // `for await` would treat a reset after the end as an error.
  const ended = once(stream.on("data", (chunk) => (text += chunk)), "end");
  const [incoming] = await once(stream, "response");
  await ended;
  const { ":status": status, ...rest } = incoming;
  return { status, headers: rest, body: text };
}

/**
 * Sends more refused requests on one session than it may have streams at once, each with a body that never ends, and then
 * a genuine one.
 * @param server from `servingSecond`
 */
export async function refuseMany(server, { forged, genuine }) {
  const statuses = new Set();
  for (let round = 0; round < 10; round += 1) {
    const sends = Array.from({ length: 30 }, (_, index) => server.send({ ...forged[index % forged.length], framing: "endless" }));
    for (const { status } of await Promise.all(sends)) statuses.add(status);
  }
  const { status } = await server.send(genuine);
  return { statuses: [...statuses].sort(), genuine: status, left: await server.left() };
}

// Reads requests of `node:http` and `node:http2`, for Express and Fastify.

import { exactBytes, readKept, readStream } from "./body.js";
import { bodyAborted, payloadNotRaw } from "./errors.js";

/** Waits in milliseconds, because another reader may store the body a little after the last chunk. */
const WAITS = [0, 10, 40];

/** For how long the rest of a refused body may arrive. */
const DISCARD_MILLISECONDS = 500;

const TEXT_HINT = "what it kept is not what came: collect the chunks as Buffers, and do not decode them one by one";

/**
 * Reads the raw body.
 * @param kept returns values that may be the body, if something else has read it
 */
export async function readNodeBody(stream, { headers, kept, maxBytes, hint }) {
  const length = headers["content-length"];
  const isFresh = !stream.readableDidRead && !stream.readableEnded && !stream.destroyed;
  if (isFresh) return readStream(stream, length, maxBytes, hint);
  const find = () => kept().find((value) => typeof value === "string" || value instanceof Uint8Array);
  const isWhole = (bytes) => length === undefined || headers["content-encoding"] || Number(length) === bytes.length;
  // A middleware may still be reading, and have only a part.
  if (!stream.readableEnded && !stream.destroyed) {
    if (!isBeingRead(stream) || !(await ended(stream))) throw payloadNotRaw(hint);
    for (const wait of WAITS) {
      const body = find();
      if (body !== undefined && isWhole(exactBytes(body))) break;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  if (stream.readableAborted) throw bodyAborted();
  const body = find();
  if (body === undefined) throw stream.readableDidRead ? payloadNotRaw(hint) : bodyAborted();
  const bytes = readKept(body, maxBytes);
  if (!isWhole(bytes)) throw payloadNotRaw(TEXT_HINT);
  return bytes;
}

/** Waits for the end of a stream. Resolves to `false` if the other reader stops before. */
function ended(stream) {
  return new Promise((resolve) => {
    stream.on("error", () => {});
    for (const event of ["end", "error", "close"]) stream.once(event, () => resolve(true));
    // A pause for back pressure keeps the listeners.
    stream.on("pause", () => setImmediate(() => isBeingRead(stream) || resolve(stream.readableEnded)));
  });
}

function isBeingRead(stream) {
  return stream.listenerCount("data") > 0 || stream.listenerCount("readable") > 0 || stream.readableFlowing === true;
}

/** Discards the unread part of a request after the response. */
export function dropUnread(request, response) {
  if (request.complete) return;
  if (request.httpVersionMajor === 1) response.setHeader("connection", "close");
  else discard(request, request.stream);
}

/**
 * Reads and drops the rest of a body of HTTP/2. A body that does not end in time is cut off, by a reset without an error
 * (RFC 9113, 8.1). At once, a reset would be met by frames that are on their way already: after some hundreds of those, Node
 * ends the session, with all deliveries in it.
 */
function discard(request, stream) {
  if (!stream) return;
  request.resume();
  const timer = setTimeout(() => {
    stream.close(0);
    // Node keeps a stream until its data is read.
    stream.resume();
  }, DISCARD_MILLISECONDS);
  stream.once("close", () => clearTimeout(timer));
}

/** Returns the absolute URL of a request. The sender chooses the host. */
export function urlOf({ originalUrl, url, headers, socket }) {
  const scheme = socket?.encrypted ? "https" : "http";
  const path = originalUrl ?? url ?? "/";
  const host = headers[":authority"] ?? headers.host;
  return absolute(path, `${scheme}://${host}`) ?? absolute(path, `${scheme}://localhost`) ?? path;
}

function absolute(path, base) {
  try {
    return new URL(path, base).href;
  } catch {
    return undefined;
  }
}

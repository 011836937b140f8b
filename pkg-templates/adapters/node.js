// Requests and responses of `node:http` and `node:http2`, for Express and Fastify.

import { exactBytes, readKept, readStream } from "./body.js";
import { bodyAborted, payloadNotRaw } from "./errors.js";

/** In milliseconds: what reads the last chunk may keep it a little later. */
const WAITS = [0, 10, 40];

const TEXT_HINT = "what it kept is not what came: collect the chunks as Buffers, and do not decode them one by one";

/**
 * Reads the raw body.
 * @param kept returns what may be the body if something else has read it
 */
export async function readNodeBody(stream, { headers, kept, maxBytes, hint }) {
  const length = headers["content-length"];
  const isFresh = !stream.readableDidRead && !stream.readableEnded && !stream.destroyed;
  if (isFresh) return readStream(stream, length, maxBytes, hint);
  const find = () => kept().find((value) => typeof value === "string" || value instanceof Uint8Array);
  const isWhole = (bytes) => length === undefined || headers["content-encoding"] || Number(length) === bytes.length;
  // A middleware may still be at it, and what it has kept so far is a part.
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

/** Waits for the end. Resolves to `false` if whoever reads gives up before. */
function ended(stream) {
  return new Promise((resolve) => {
    stream.on("error", () => {});
    for (const event of ["end", "error", "close"]) stream.once(event, () => resolve(true));
    // A pause for back pressure keeps its listeners.
    stream.on("pause", () => setImmediate(() => isBeingRead(stream) || resolve(stream.readableEnded)));
  });
}

function isBeingRead(stream) {
  return stream.listenerCount("data") > 0 || stream.listenerCount("readable") > 0 || stream.readableFlowing === true;
}

/** Lets go of what was not read, once the response is complete. */
export function dropUnread(request, response) {
  if (request.complete) return;
  if (request.httpVersionMajor === 1) response.setHeader("connection", "close");
  // The response itself finishes when the stream is closed.
  else request.stream?.once("finish", () => setImmediate(closeStream, request.stream));
}

/**
 * Resets without an error (RFC 9113, 8.1), once the end of the response is on its way: a reset overtakes it. Until its
 * data is read, Node keeps a stream.
 */
function closeStream(stream) {
  stream.close(0);
  stream.resume();
}

/** The absolute URL that a client asked for. Whoever sends the request chooses the host. */
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

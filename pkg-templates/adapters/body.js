// Reads raw bodies, up to a limit.

import { bodyAborted, payloadNotRaw, payloadTooLarge } from "./errors.js";

/** The initial size of the buffer for a body without `content-length`. */
const FIRST_BYTES = 16 * 1024;
/** The maximum initial size, because a request can declare any length. */
const MOST_FIRST_BYTES = 256 * 1024;

/** Reads the body of a Fetch API `Request`. */
export async function readRequest(request, maxBytes, hint) {
  if (request.bodyUsed || request.body?.locked) throw payloadNotRaw(hint);
  const length = request.headers.get("content-length");
  refuseLength(length, maxBytes);
  if (!request.body) return new Uint8Array();
  const body = new Body(length, maxBytes, hint);
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => Promise.reject(bodyAborted(cause)));
    if (done) return body.bytes();
    try {
      body.add(value);
    } catch (error) {
      // Stops the sender.
      reader.cancel().catch(() => {});
      throw error;
    }
  }
}

/** Reads the body of a Node stream. Drops data beyond the limit until the response closes the stream: HTTP/2 keeps a paused stream. */
export function readStream(stream, length, maxBytes, hint) {
  // A refused body may still emit an error; without this listener Node would crash.
  stream.on("error", () => {});
  return new Promise((resolve, reject) => {
    refuseLength(length, maxBytes);
    const body = new Body(length, maxBytes, hint);
    const stop = () => {
      stream.off("data", data).off("end", end).off("error", failed).off("close", failed).off("pause", goOn);
    };
    const settle = (how, value) => {
      stop();
      how(value);
    };
    const data = (chunk) => {
      try {
        body.add(chunk);
      } catch (error) {
        settle(reject, error);
      }
    };
    const end = () => settle(resolve, body.bytes());
    const failed = (cause) => settle(reject, bodyAborted(cause));
    // Another reader paused the stream.
    const goOn = () => stream.resume();
    stream.on("data", data).on("end", end).on("error", failed).on("close", failed).on("pause", goOn);
  });
}

/** Returns a body that something else has read. */
export function readKept(body, maxBytes) {
  const bytes = exactBytes(body);
  refuseLength(bytes.length, maxBytes);
  return bytes;
}

/**
 * Returns the bytes of a body in a buffer of their own: a queue may send the whole buffer, and that of a `Buffer` is shared.
 */
export function exactBytes(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  const { buffer, byteLength } = body;
  return byteLength === buffer.byteLength ? new Uint8Array(buffer) : new Uint8Array(body);
}

/** Rejects a body by its declared length. */
function refuseLength(length, maxBytes) {
  if (Number(length) > maxBytes) throw payloadTooLarge(maxBytes);
}

/** A buffer that grows. Storing the chunks separately would take hundreds of bytes for a chunk of one byte. */
class Body {
  #buffer;
  #length = 0;
  #announced;
  #maxBytes;
  #hint;

  /** @param announced the declared length, if there is one */
  constructor(announced, maxBytes, hint) {
    this.#announced = Number(announced) || 0;
    this.#buffer = new Uint8Array(Math.min(this.#announced || FIRST_BYTES, MOST_FIRST_BYTES));
    this.#maxBytes = maxBytes;
    this.#hint = hint;
  }

  add(chunk) {
    // A stream with an encoding emits text.
    if (!(chunk instanceof Uint8Array)) throw payloadNotRaw(this.#hint);
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) throw payloadTooLarge(this.#maxBytes);
    if (length > this.#buffer.length) {
      const doubled = this.#buffer.length * 2;
      const larger = new Uint8Array(Math.max(length, this.#announced > length ? Math.min(doubled, this.#announced) : doubled));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  bytes() {
    return this.#length === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.#length);
  }
}

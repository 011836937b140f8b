// Reading a raw body, and no more of it than is allowed.

import { bodyAborted, payloadNotRaw, payloadTooLarge } from "./errors.js";

/** Of a body whose length nobody said. */
const FIRST_BYTES = 16 * 1024;
/** A length costs its sender nothing, and is believed up to here. */
const MOST_FIRST_BYTES = 256 * 1024;

/** The body of a Fetch API `Request`. */
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
      // The rest is not wanted.
      reader.cancel().catch(() => {});
      throw error;
    }
  }
}

/** The body of a Node stream. What is over the limit is dropped until the response has closed the stream: HTTP/2 keeps a stream that is paused. */
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
    // Something else that reads has had enough.
    const goOn = () => stream.resume();
    stream.on("data", data).on("end", end).on("error", failed).on("close", failed).on("pause", goOn);
  });
}

/** A body that something else has read already. */
export function readKept(body, maxBytes) {
  const bytes = exactBytes(body);
  refuseLength(bytes.length, maxBytes);
  return bytes;
}

/**
 * The bytes of a body in a buffer of their own: a queue may send all of the buffer, and that of a `Buffer` is shared
 * with others.
 */
export function exactBytes(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  const { buffer, byteLength } = body;
  return byteLength === buffer.byteLength ? new Uint8Array(buffer) : new Uint8Array(body);
}

/** Before anything is read. */
function refuseLength(length, maxBytes) {
  if (Number(length) > maxBytes) throw payloadTooLarge(maxBytes);
}

/** One buffer that grows: kept by themselves, chunks of one byte would take hundreds each. */
class Body {
  #buffer;
  #length = 0;
  #announced;
  #maxBytes;
  #hint;

  /** @param announced the length that the sender claims, if it does */
  constructor(announced, maxBytes, hint) {
    this.#announced = Number(announced) || 0;
    this.#buffer = new Uint8Array(Math.min(this.#announced || FIRST_BYTES, MOST_FIRST_BYTES));
    this.#maxBytes = maxBytes;
    this.#hint = hint;
  }

  add(chunk) {
    // Text, of a stream that something else told to decode.
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

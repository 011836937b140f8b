// Reading a raw body, and no more of it than is allowed.

import { bodyAborted, payloadNotRaw, payloadTooLarge } from "./errors.js";

/** The body of a Fetch API `Request`. */
export async function readRequest(request, maxBytes, hint) {
  if (request.bodyUsed || request.body?.locked) throw payloadNotRaw(hint);
  refuseLength(request.headers.get("content-length"), maxBytes);
  if (!request.body) return new Uint8Array();
  const body = new Body(maxBytes, hint);
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => Promise.reject(bodyAborted(cause)));
    if (done) return body.bytes();
    try {
      body.add(value);
    } catch (error) {
      // Nobody waits for the rest.
      reader.cancel().catch(() => {});
      throw error;
    }
  }
}

/** The body of a Node stream. What is left of it stays unread: the answer closes the connection. */
export function readStream(stream, contentLength, maxBytes, hint) {
  // What is left of a refused body may still break, and nobody else listens.
  stream.on("error", () => {});
  return new Promise((resolve, reject) => {
    refuseLength(contentLength, maxBytes);
    const body = new Body(maxBytes, hint);
    const stop = () => {
      stream.off("data", data).off("end", end).off("error", failed).off("close", failed);
    };
    const settle = (how, value) => {
      stop();
      how(value);
    };
    const data = (chunk) => {
      try {
        body.add(chunk);
      } catch (error) {
        stream.pause();
        settle(reject, error);
      }
    };
    const end = () => settle(resolve, body.bytes());
    const failed = (cause) => settle(reject, bodyAborted(cause));
    stream.on("data", data).on("end", end).on("error", failed).on("close", failed);
  });
}

/** Before anything is read. */
function refuseLength(contentLength, maxBytes) {
  if (Number(contentLength) > maxBytes) throw payloadTooLarge(maxBytes);
}

/** One buffer that grows: kept by themselves, chunks of one byte would take hundreds each. */
class Body {
  #buffer = new Uint8Array(16 * 1024);
  #length = 0;
  #maxBytes;
  #hint;

  constructor(maxBytes, hint) {
    this.#maxBytes = maxBytes;
    this.#hint = hint;
  }

  add(chunk) {
    // Text, of a stream that something else told to decode.
    if (!(chunk instanceof Uint8Array)) throw payloadNotRaw(this.#hint);
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) throw payloadTooLarge(this.#maxBytes);
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  bytes() {
    return this.#buffer.subarray(0, this.#length);
  }
}

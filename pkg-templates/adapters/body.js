// Reading a raw body, and no more of it than is allowed.

import { bodyAborted, payloadNotRaw, payloadTooLarge } from "./errors.js";

/** The body of a Fetch API `Request`. */
export async function readRequest(request, maxBytes, hint) {
  if (request.bodyUsed || request.body?.locked) throw payloadNotRaw(hint);
  refuseLength(request.headers.get("content-length"), maxBytes);
  if (!request.body) return new Uint8Array();
  const body = new Chunks(maxBytes);
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => Promise.reject(bodyAborted(cause)));
    if (done) return body.joined();
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
export function readStream(stream, contentLength, maxBytes) {
  return new Promise((resolve, reject) => {
    refuseLength(contentLength, maxBytes);
    const body = new Chunks(maxBytes);
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
    const end = () => settle(resolve, body.joined());
    const failed = (cause) => settle(reject, bodyAborted(cause));
    stream.on("data", data).on("end", end).on("error", failed).on("close", failed);
  });
}

/** Before anything is read. */
function refuseLength(contentLength, maxBytes) {
  if (Number(contentLength) > maxBytes) throw payloadTooLarge(maxBytes);
}

class Chunks {
  #chunks = [];
  #bytes = 0;
  #maxBytes;

  constructor(maxBytes) {
    this.#maxBytes = maxBytes;
  }

  add(chunk) {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#maxBytes) throw payloadTooLarge(this.#maxBytes);
    this.#chunks.push(chunk);
  }

  joined() {
    if (this.#chunks.length === 1) return this.#chunks[0];
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }
}

// Saves requests as files that "verify", "explain" and "send --request" read.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, Failure } from "./failure.js";

/** Headers that are not valid after the body was read. */
const FRAMING = new Set(["content-length", "transfer-encoding"]);

/** The maximum size of all files, because anyone who can reach the endpoint can cause one. */
const MOST_BYTES = 256 * 1024 * 1024;

export class Recorder {
  #directory;
  #count = 0;
  #room;

  static async in(directory, mostBytes = MOST_BYTES) {
    await told(directory, mkdir(directory, { recursive: true }));
    return new Recorder(directory, mostBytes);
  }

  constructor(directory, mostBytes) {
    this.#directory = directory;
    this.#room = mostBytes;
  }

  /** Saves a request and returns the path of the new file, which other users cannot read, since it contains mail. */
  async save({ method, url, headers }, body) {
    this.#count += 1;
    const time = new Date().toISOString().replace(/\.\d+|[-:]/g, "");
    const path = join(this.#directory, `${time}-${process.pid}-${this.#count}.txt`);
    const kept = headers.filter(([name]) => !FRAMING.has(name.toLowerCase()));
    const lines = [...kept, ["content-length", body.length]].map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${url} HTTP/1.1\r\n${lines.join("")}\r\n`;
    const bytes = Buffer.concat([Buffer.from(head, "latin1"), body]);
    this.#room -= bytes.length;
    if (this.#room < 0) throw new Failure("cannot_write", "the saved deliveries have reached the maximum size", { hint: "restart the command", exit: EXIT.unavailable });
    await told(path, writeFile(path, bytes, { flag: "wx", mode: 0o600 }));
    return path;
  }
}

async function told(path, written) {
  try {
    return await written;
  } catch ({ message }) {
    throw new Failure("cannot_write", `${path} cannot be written: ${message}`, { exit: EXIT.unavailable });
  }
}

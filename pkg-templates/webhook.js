// The common part of all runtimes: writes arguments into the memory of the wasm module, and converts its results into
// objects. Only Rust decides whether a delivery is genuine.

import * as wasm from "./agentmail_webhooks.js";
import { inCallOf } from "./call.js";
import { WebhookError } from "./error.js";
import { findHost } from "./host.js";

export { WebhookError };

/** The headers that any scheme reads. */
const HEADERS = new Set([
  "svix-id",
  "svix-timestamp",
  "svix-signature",
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
  "x-agentmail-timestamp",
  "x-agentmail-signature",
  "x-agentmail-unsigned",
]);

/** The maximum size of a payload. AgentMail sends 1 MB at most; far beyond it, the 4 GiB of a wasm module would run out. */
const MAX_BYTES = 128 * 1024 * 1024;

const encoder = new TextEncoder();
const NO_BYTES = new Uint8Array();

const NOT_LOADED =
  "agentmail-webhooks: in a browser, `await init()` comes first; a Worker is bundled with the condition `workerd`";

let instantiate = () => {
  throw new Error(NOT_LOADED);
};
let memory;
let memoryBytes = NO_BYTES;
let prepareHost;
let host;
let buffers;

/** Sets how the wasm module is instantiated. This happens at the first call, so that programs start faster. */
export function provide(instantiator, hostFinder = findHost) {
  instantiate = instantiator;
  prepareHost = hostFinder;
}

export function ready() {
  if (!memory) {
    ({ memory } = instantiate());
    host = prepareHost();
  }
}

/** Returns the memory of the module. It is a different buffer after it has grown. */
function moduleBytes() {
  if (memoryBytes.length === 0) memoryBytes = new Uint8Array(memory.buffer);
  return memoryBytes;
}

/** Writes the host's MAC into the memory of the module. */
const HASHER = {
  hmacSha256(key, prefix, payload, address) {
    const mac = host.hmacSha256(key, prefix, payload);
    if (mac.length !== 32) return false;
    moduleBytes().set(mac, address);
    return true;
  },
};

/**
 * Calls the wasm module: writes bytes and text into its memory, passes their lengths to `method`, and returns the result.
 * No code of the caller runs between writing and reading.
 */
export function call(bytes, text, method) {
  ready();
  try {
    buffers ??= new wasm.Buffers();
    // A UTF-16 unit has at most three bytes in UTF-8.
    const start = buffers.input(bytes.length + text.length * 3);
    if (!start) return answer(buffers.payloadTooLarge(bytes.length));
    const all = moduleBytes();
    all.set(bytes, start);
    return answer(method(buffers, bytes.length, text && host.write(all, text, start + bytes.length)));
  } catch (error) {
    // After a trap, for example out of memory, the buffers remain borrowed by that call.
    if (!(error instanceof WebhookError)) buffers = undefined;
    throw error;
  }
}

/** Reads a result, whose JSON has this length. Inserts its long texts, which are stored separately. */
function answer(length) {
  const start = buffers.json();
  const [value, texts] = JSON.parse(host.text(moduleBytes(), start, start + length, false));
  if (!texts) throw new WebhookError(value);
  const [ascii, utf16] = texts.length ? [buffers.ascii(), buffers.utf16()] : [];
  for (const [start, length, wide, path] of texts) {
    const name = path.pop();
    const place = path.reduce((outer, step) => outer[step], value);
    const address = (wide ? utf16 : ascii) + start;
    place[name] = host.text(moduleBytes(), address, address + length, wide);
  }
  return value;
}

/** Frees an object of the module, unless a call that trapped still borrows it. */
export function release(object) {
  try {
    object.free();
  } catch {
    // The error of the call is reported.
  }
}

let verifyOnce;

export class Webhook {
  #webhook;
  #now;

  constructor(secrets, options) {
    inCallOf(Webhook, () => this.#build(secrets, settings(options)));
  }

  #build(secrets, { scheme, toleranceSeconds, now }) {
    this.#now = now;
    ready();
    this.#webhook = new wasm.Webhook();
    try {
      addSecrets(secretList(secrets, scheme), (...secret) => this.#webhook.addSecret(...secret));
      call(NO_BYTES, "", (buffers) => this.#webhook.build(buffers, number(toleranceSeconds)));
    } catch (error) {
      release(this.#webhook);
      throw error;
    }
  }

  static {
    // Frees the memory immediately: finalizers run late, or not at all while a program is busy.
    verifyOnce = (payload, headers, secrets, options) => {
      const webhook = new Webhook(secrets, options);
      try {
        return webhook.verify(payload, headers);
      } finally {
        release(webhook.#webhook);
      }
    };
  }

  verify(payload, headers) {
    return inCallOf(METHODS.verify, () => this.#open(payload, headers, false));
  }

  receive(payload, headers) {
    return inCallOf(METHODS.receive, () => this.#open(payload, headers, true));
  }

  sign(payload, options) {
    return inCallOf(METHODS.sign, () => {
      const { id = randomId(), timestamp = time(this.#now) } = options ?? {};
      return call(bytes(payload), string(id), (buffers, payload, id) => this.#webhook.sign(buffers, payload, id, number(timestamp)));
    });
  }

  #open(payload, headers, receive) {
    // The clock is code of the caller, so call it before reading the arguments.
    const now = time(this.#now);
    const [body, block] = request(payload, headers);
    return call(body, block, (buffers, payload, headers) => {
      const hasher = host.hmacSha256 && payload >= host.from ? HASHER : undefined;
      return this.#webhook.open(buffers, payload, headers, now, receive, hasher);
    });
  }
}

/** The original methods, in case a tool replaces them on the prototype. */
const METHODS = { verify: Webhook.prototype.verify, receive: Webhook.prototype.receive, sign: Webhook.prototype.sign };

export function verify(payload, headers, secrets, options) {
  return inCallOf(verify, () => verifyOnce(payload, headers, secrets, options));
}

export function parse(payload) {
  return inCallOf(parse, () => call(bytes(payload), "", (buffers, payload) => buffers.parse(payload)));
}

/** Passes the lengths of each scheme and secret to `add`. The length is `undefined` if the secret is not a string. */
export function addSecrets(secrets, add) {
  for (const { secret, scheme } of secrets) {
    call(encoder.encode(string(scheme)), string(secret), (buffers, scheme, length) =>
      add(buffers, scheme, typeof secret === "string" ? length : undefined));
  }
}

export function settings(options) {
  const { scheme = "standard", toleranceSeconds = 300, now = () => Date.now() / 1000, ...others } = options ?? {};
  const [name] = Object.keys(others);
  if (name !== undefined) {
    const message = `invalid option: there is no ${name}`;
    throw new WebhookError({ code: "invalid_option", message, hint: "there are scheme, toleranceSeconds, now", status: 500 });
  }
  return { scheme, toleranceSeconds, now };
}

/** Returns the secrets, each with its scheme. */
export function secretList(secrets, scheme) {
  // `from` converts holes to `undefined`, which is rejected.
  return Array.from(Array.isArray(secrets) ? secrets : [secrets], (secret) => {
    const entry = typeof secret === "object" && secret !== null ? secret : { secret };
    return { secret: entry.secret, scheme: entry.scheme ?? scheme };
  });
}

/** Returns the payload as bytes and the headers as lines. */
export function request(payload, headers) {
  const block = headerBlock(headers);
  // Express has `undefined` for a request without a body. Without a signature, the error is about its headers.
  const isEmpty = payload === undefined && !/-signature\n/i.test(block);
  return [isEmpty ? NO_BYTES : bytes(payload), block];
}

export function time(now) {
  return typeof now === "function" ? number(now()) : NaN;
}

/** Returns a number, or NaN, which the wasm module rejects with the name of the option. */
export function number(value) {
  return typeof value === "number" ? value : NaN;
}

/** Returns a string. The wasm module rejects an empty one. */
function string(value) {
  return typeof value === "string" ? value : "";
}

function randomId() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `msg_${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Returns the type of a value by its tag, because `instanceof` fails across realms, such as those of Jest and `node:vm`. */
function tag(value) {
  if (value === undefined || value === null) return String(value);
  // "[object Uint8Array]"
  return Object.prototype.toString.call(value).slice(8, -1);
}

function bytes(payload) {
  const array = view(payload);
  if (array.byteLength > MAX_BYTES) call(NO_BYTES, "", (buffers) => buffers.payloadTooLarge(MAX_BYTES));
  return array;
}

function view(payload) {
  if (typeof payload === "string") {
    // Text has at least one byte for each unit: do not encode it if it is too long.
    return payload.length > MAX_BYTES ? { byteLength: payload.length } : encoder.encode(payload);
  }
  let found;
  try {
    if (ArrayBuffer.isView(payload)) return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
    found = tag(payload);
    // With its current length, because another thread may grow it.
    if (/^(Shared)?ArrayBuffer$/.test(found)) return new Uint8Array(payload, 0, payload.byteLength);
  } catch {
    found = "an ArrayBuffer that was transferred away";
  }
  return call(NO_BYTES, found, (buffers, _, length) => buffers.payloadNotRaw(length));
}

/** Returns the relevant headers as lines: alternately a name and a value. */
function headerBlock(headers) {
  let block = "";
  const add = (name, value) => {
    if (typeof name !== "string" || value === undefined || value === null) return;
    if (!HEADERS.has(name) && !HEADERS.has(name.toLowerCase())) return;
    for (const copy of Array.isArray(value) ? value : [value]) {
      // A line break would forge another header. NUL is malformed too, but harmless.
      const text = typeof copy === "string" ? copy.replaceAll("\n", "\0") : "\0";
      block += `${block && "\n"}${name}\n${text}`;
    }
  };
  if (typeof headers?.[Symbol.iterator] === "function") {
    for (const pair of headers) if (Array.isArray(pair)) add(pair[0], pair[1]);
  } else if (typeof headers?.forEach === "function") {
    headers.forEach((value, name) => add(name, value));
  } else {
    for (const name in headers) add(name, headers[name]);
  }
  return block;
}

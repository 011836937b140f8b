// What every runtime shares: JavaScript's arguments become bytes in the memory of the wasm module, its answers become
// objects. Whether a delivery is genuine is decided in Rust alone.

import * as wasm from "./agentmail_webhooks.js";

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

/** AgentMail caps payloads at 1 MB. Far above it, the memory of a wasm module, 4 GiB, would run out. */
const MAX_BYTES = 128 * 1024 * 1024;

/** SHA-256. */
const DIGEST_BYTES = 32;
/** One request may ask the host to hash the payload with each of 16 secrets. */
const ROOM = 512;

const encoder = new TextEncoder();
const NO_BYTES = new Uint8Array();

const NOT_LOADED =
  "agentmail-webhooks: in a browser, `await init()` comes first; a Worker is bundled with the condition `workerd`";

let memory;
let memoryBytes = NO_BYTES;
let host;

/**
 * Each entry says when the wasm module is there, and what its runtime does faster:
 * `text` decodes ASCII or UTF-16, `write` encodes UTF-8, `sha256` hashes payloads `from` a length on.
 */
export function moduleIsLoaded(exports, runtime = portable()) {
  memory = exports.memory;
  host = runtime;
}

function portable() {
  const ascii = new TextDecoder();
  const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });
  return {
    text: (bytes, start, end, wide) => (wide ? utf16 : ascii).decode(bytes.subarray(start, end)),
    write: (bytes, text, start) => encoder.encodeInto(text, bytes.subarray(start)).written,
    from: Infinity,
  };
}

export class WebhookError extends Error {
  constructor({ code, message, hint, status }) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}
// On the prototype, as the built-in errors have it, so that it is not printed twice.
Object.defineProperty(WebhookError.prototype, "name", { value: "WebhookError", configurable: true, writable: true });

function free(endpoint) {
  try {
    wasm.release(endpoint);
  } catch {
    // Nobody could catch what a finalizer throws: the module is gone, and the endpoint with it.
  }
}

/** Frees what nobody can reach any more. Older Workers have none: there a Webhook stays. */
const unreachable = globalThis.FinalizationRegistry && new FinalizationRegistry(free);

let verifyOnce;

export class Webhook {
  #endpoint;
  #now;

  constructor(secrets, options) {
    const { scheme, toleranceSeconds, now } = settings(options);
    this.#now = now;
    this.#endpoint = endpointWith(secretList(secrets, scheme), toleranceSeconds, false);
    unreachable?.register(this, this.#endpoint, this);
  }

  static {
    // Freed at once: finalizers come late, and not at all while a program is busy.
    verifyOnce = (payload, headers, secrets, options) => {
      const webhook = new Webhook(secrets, options);
      try {
        return webhook.verify(payload, headers);
      } finally {
        unreachable?.unregister(webhook);
        free(webhook.#endpoint);
      }
    };
  }

  verify(payload, headers) {
    return this.#open(payload, headers, false);
  }

  receive(payload, headers) {
    return this.#open(payload, headers, true);
  }

  explain(payload, headers) {
    // The clock is the caller's code: after it nothing changes any more.
    const now = time(this.#now);
    const [body, block] = request(payload, headers);
    const { length } = send(body, block);
    return answer(wasm.explain(this.#endpoint, body.length, length, now));
  }

  sign(payload, options) {
    const { id = randomId(), timestamp = time(this.#now) } = options ?? {};
    const body = bytes(payload);
    const { length } = send(body, string(id));
    return answer(wasm.sign(this.#endpoint, body.length, length, number(timestamp)));
  }

  #open(payload, headers, receive) {
    const now = time(this.#now);
    const [body, block] = request(payload, headers);
    const { start, length } = send(body, block);
    const hosted = body.length >= host.from;
    for (let digests = 0; ; digests += 1) {
      const size = wasm.open(this.#endpoint, body.length, length, now, receive, hosted, digests);
      const [value, texts] = parsed(size);
      if (texts) return whole(value, texts);
      // The copy, which nobody else can change before it is parsed.
      const end = start + body.length;
      moduleBytes().set(host.sha256(moduleBytes().subarray(start - value, end)), end + length + digests * DIGEST_BYTES);
    }
  }
}

export function verify(payload, headers, secrets, options) {
  return verifyOnce(payload, headers, secrets, options);
}

export function explain(payload, headers, secrets, options) {
  const { scheme, toleranceSeconds, now } = settings(options);
  const unixSeconds = time(now);
  const [body, block] = request(payload, headers);
  const endpoint = endpointWith(secretList(secrets, scheme), toleranceSeconds, true);
  try {
    const { length } = send(body, block);
    return answer(wasm.explain(endpoint, body.length, length, unixSeconds));
  } finally {
    free(endpoint);
  }
}

export function parse(payload) {
  const body = bytes(payload);
  send(body, "");
  return answer(wasm.parse(body.length));
}

/** The number of a new endpoint. `listed`: its secrets may have any form, and are only to be explained. */
function endpointWith(secrets, toleranceSeconds, listed) {
  if (!memory) throw new Error(NOT_LOADED);
  const endpoint = checked(wasm.create(number(toleranceSeconds)));
  try {
    for (const { secret, scheme } of secrets) {
      // One that is no string has no length, or is explained as an empty one.
      const text = listed || typeof secret === "string" ? encoder.encode(string(secret)) : undefined;
      const name = encoder.encode(string(scheme));
      const { start } = send(name, "", text?.length);
      if (text) moduleBytes().set(text, start + name.length);
      checked(wasm.addSecret(endpoint, name.length, text?.length ?? -1, listed));
    }
    if (!listed) checked(wasm.checkSecrets(endpoint));
  } catch (error) {
    free(endpoint);
    throw error;
  }
  return endpoint;
}

/** The memory of the module: another buffer, once it has grown. */
function moduleBytes() {
  if (memoryBytes.length === 0) memoryBytes = new Uint8Array(memory.buffer);
  return memoryBytes;
}

/** Writes bytes, then text, into the memory of the module. Gives where they begin, and how long the text is there. */
function send(body, text, room = ROOM) {
  if (!memory) throw new Error(NOT_LOADED);
  // In UTF-8, a unit of UTF-16 takes three bytes at most.
  const start = wasm.input(body.length + text.length * 3 + room);
  if (!start) answer(wasm.payloadTooLarge(body.length));
  const all = moduleBytes();
  all.set(body, start);
  return { start, length: text && host.write(all, text, start + body.length) };
}

/** A result that is no answer, or the error that is told instead. */
function checked(result) {
  return result < 0 ? answer(result) : result;
}

/** The answer of that length. */
function answer(length) {
  const [value, texts] = parsed(length);
  return whole(value, texts);
}

function parsed(length) {
  const start = wasm.answer();
  const list = JSON.parse(host.text(moduleBytes(), start, start + Math.abs(length), false));
  if (length < 0) throw new WebhookError(list[0]);
  return list;
}

/** The value with its long texts where they belong. */
function whole(value, texts) {
  const first = texts.length && wasm.texts();
  for (const [start, length, wide, path] of texts) {
    const name = path.pop();
    const place = path.reduce((outer, step) => outer[step], value);
    place[name] = host.text(moduleBytes(), first + start, first + start + length, wide);
  }
  return value;
}

function settings(options) {
  const { scheme = "standard", toleranceSeconds = 300, now = () => Date.now() / 1000, ...others } = options ?? {};
  const [name] = Object.keys(others);
  if (name !== undefined) {
    const message = `invalid option: there is no ${name}`;
    throw new WebhookError({ code: "invalid_option", message, hint: "there are scheme, toleranceSeconds, now", status: 500 });
  }
  return { scheme, toleranceSeconds, now };
}

/** The secrets, each with its scheme. */
function secretList(secrets, scheme) {
  // `from` makes a hole in a list `undefined`, which is refused.
  return Array.from(Array.isArray(secrets) ? secrets : [secrets], (secret) => {
    const entry = typeof secret === "object" && secret !== null ? secret : { secret };
    return { secret: entry.secret, scheme: entry.scheme ?? scheme };
  });
}

/** The payload as bytes, the headers as lines. */
function request(payload, headers) {
  const block = headerBlock(headers);
  // A request without a body, as Express tells it. Without a signature, it is a stranger's.
  const isEmpty = payload === undefined && !/-signature\n/i.test(block);
  return [isEmpty ? NO_BYTES : bytes(payload), block];
}

function time(now) {
  return typeof now === "function" ? number(now()) : NaN;
}

/** Anything but a number is not a number: the wasm module refuses it by its name. */
function number(value) {
  return typeof value === "number" ? value : NaN;
}

/** Anything but a string is none that the wasm module knows. */
function string(value) {
  return typeof value === "string" ? value : "";
}

function randomId() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `msg_${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** By tag and not by `instanceof`, which fails across realms: Jest and `node:vm` make their own. */
function tag(value) {
  if (value === undefined || value === null) return String(value);
  // "[object Uint8Array]"
  return Object.prototype.toString.call(value).slice(8, -1);
}

function bytes(payload) {
  const array = view(payload);
  if (array.byteLength > MAX_BYTES) answer(wasm.payloadTooLarge(MAX_BYTES));
  return array;
}

function view(payload) {
  if (typeof payload === "string") {
    // Text that is too long already is not encoded first: it has a byte at least for each unit.
    return payload.length > MAX_BYTES ? { byteLength: payload.length } : encoder.encode(payload);
  }
  let found = tag(payload);
  try {
    if (ArrayBuffer.isView(payload)) return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
    // With its length of now: another thread may be growing it.
    if (/^(Shared)?ArrayBuffer$/.test(found)) return new Uint8Array(payload, 0, payload.byteLength);
  } catch {
    found = "an ArrayBuffer that was transferred away";
  }
  const { length } = send(NO_BYTES, found);
  return answer(wasm.payloadNotRaw(length));
}

/** The headers of interest as lines, a name and a value in turn. */
function headerBlock(headers) {
  let block = "";
  const add = (name, value) => {
    if (typeof name !== "string" || value === undefined || value === null) return;
    if (!HEADERS.has(name) && !HEADERS.has(name.toLowerCase())) return;
    for (const copy of Array.isArray(value) ? value : [value]) {
      // A line break would forge another header. NUL is as malformed, and forges nothing.
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

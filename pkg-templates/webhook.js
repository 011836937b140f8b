// What every runtime shares: JavaScript's arguments become bytes and text for the wasm module, its
// answers become objects. Whether a delivery is genuine is decided in Rust alone.

import { Endpoint, Secrets, parse as parsePayload, payloadNotRaw, payloadTooLarge } from "./agentmail_webhooks.js";

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

const encoder = new TextEncoder();

const NOT_LOADED =
  "agentmail-webhooks: in a browser, `await init()` comes before anything else; a Worker is bundled with the condition `workerd`";

let loaded = false;

/** Each entry says when the wasm module is there. */
export function moduleIsLoaded() {
  loaded = true;
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

let verifyOnce;

export class Webhook {
  #endpoint;
  #now;

  constructor(secrets, options) {
    const { scheme, toleranceSeconds, now } = settings(options);
    this.#now = now;
    this.#endpoint = call(() => new Endpoint(number(toleranceSeconds)));
    try {
      for (const secret of secretList(secrets, scheme)) {
        const text = typeof secret.secret === "string" ? encoder.encode(secret.secret) : undefined;
        call(() => this.#endpoint.addSecret(string(secret.scheme), text));
      }
      call(() => this.#endpoint.checkSecrets());
    } catch (error) {
      this.#endpoint.free();
      throw error;
    }
  }

  static {
    // Freed at once: finalizers come late, and not at all while a program is busy.
    verifyOnce = (payload, headers, secrets, options) => {
      const webhook = new Webhook(secrets, options);
      try {
        return webhook.verify(payload, headers);
      } finally {
        webhook.#endpoint.free();
      }
    };
  }

  verify(payload, headers) {
    return this.#open("verify", payload, headers);
  }

  receive(payload, headers) {
    return this.#open("receive", payload, headers);
  }

  explain(payload, headers) {
    return this.#open("explain", payload, headers);
  }

  sign(payload, options) {
    const { id = randomId(), timestamp = time(this.#now) } = options ?? {};
    const body = bytes(payload);
    return JSON.parse(call(() => this.#endpoint.sign(body, string(id), number(timestamp))));
  }

  #open(method, payload, headers) {
    // The clock is the caller's code: after it nothing changes any more.
    const now = time(this.#now);
    const [body, block] = request(payload, headers);
    return JSON.parse(call(() => this.#endpoint[method](body, block, now)));
  }
}

export function verify(payload, headers, secrets, options) {
  return verifyOnce(payload, headers, secrets, options);
}

export function explain(payload, headers, secrets, options) {
  const { scheme, toleranceSeconds, now } = settings(options);
  const unixSeconds = time(now);
  const [body, block] = request(payload, headers);
  const list = call(() => new Secrets());
  try {
    for (const secret of secretList(secrets, scheme)) {
      const text = encoder.encode(string(secret.secret));
      call(() => list.add(string(secret.scheme), text));
    }
    return JSON.parse(call(() => list.explain(body, block, number(toleranceSeconds), unixSeconds)));
  } finally {
    list.free();
  }
}

export function parse(payload) {
  const body = bytes(payload);
  return JSON.parse(call(() => parsePayload(body)));
}

/** Calls the wasm module, which throws its errors as JSON. */
function call(callback) {
  if (!loaded) throw new Error(NOT_LOADED);
  try {
    return callback();
  } catch (error) {
    throw typeof error === "string" ? new WebhookError(JSON.parse(error)) : error;
  }
}

function settings(options) {
  const { scheme = "standard", toleranceSeconds = 300, now = systemTime } = options ?? {};
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
  return [isEmpty ? new Uint8Array() : bytes(payload), block];
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

function systemTime() {
  return Date.now() / 1000;
}

function randomId() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `msg_${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** By tag and not by `instanceof`, which fails across realms: Jest and `node:vm` make their own. */
function tag(value) {
  if (value === undefined || value === null) return String(value);
  return Object.prototype.toString.call(value).slice("[object ".length, -"]".length);
}

function bytes(payload) {
  const array = view(payload);
  if (array.byteLength > MAX_BYTES) throw new WebhookError(JSON.parse(call(() => payloadTooLarge(MAX_BYTES))));
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
  throw new WebhookError(JSON.parse(call(() => payloadNotRaw(found))));
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

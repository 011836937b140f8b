// Reads files and standard input, up to the limit of the library, and saved deliveries.

import { createReadStream } from "node:fs";
import { EXIT, Failure, usage } from "./failure.js";
import { parseHeaders, parseRequest } from "./requests.js";

/** The maximum size. The library rejects larger payloads; a saved request in base64 may be a little larger. */
const MAX_BYTES = 192 * 1024 * 1024;

const WHY = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  ENOTDIR: "a part of the path is not a directory",
};

/** Reads a file, or standard input if the path is `-`. */
export async function readBytes(path, io) {
  const isStandard = path === "-";
  if (isStandard && io.stdin.isTTY) throw usage("standard input is a terminal", "give a file, or pipe one to this command");
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of isStandard ? io.stdin : createReadStream(path)) {
      length += chunk.length;
      if (length > MAX_BYTES) throw new Failure("too_large", `${nameOf(path)} has more than ${MAX_BYTES >> 20} MiB`, { exit: EXIT.unavailable });
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("cannot_read", `${nameOf(path)} cannot be read: ${WHY[error.code] ?? error.message}`, { exit: EXIT.unavailable });
  }
  return new Uint8Array(Buffer.concat(chunks));
}

export async function readText(path, io) {
  return new TextDecoder().decode(await readBytes(path, io));
}

function nameOf(path) {
  return path === "-" ? "standard input" : path;
}

export const DELIVERY_OPTIONS = {
  headers: { type: "string" },
  body: { type: "string" },
  entry: { type: "string" },
};

/** Reads a delivery from a saved request, or from files with its headers and body, which take precedence. */
export async function readDelivery(values, positionals, io) {
  const { headers: headersFile, body: bodyFile } = values;
  const isPipe = !io.stdin.isTTY && headersFile !== "-" && bodyFile !== "-";
  const isWhole = headersFile !== undefined && bodyFile !== undefined;
  const path = positionals[0] ?? (isWhole || !isPipe ? undefined : "-");
  if ([path, headersFile, bodyFile].filter((name) => name === "-").length > 1) throw usage("standard input can be used only once");
  if (path === undefined && !isWhole) throw usage("there is no delivery", "give a saved request, --headers and --body, or pipe a request to this command");
  const entry = values.entry === undefined ? undefined : integer("--entry", values.entry);
  // With both files, standard input is not needed.
  const request = path === undefined ? { headers: [], notes: [] } : parseRequest(await readBytes(path, io), { entry });
  if (headersFile !== undefined) request.headers = parseHeaders(await readBytes(headersFile, io));
  if (bodyFile !== undefined) request.body = await readBytes(bodyFile, io);
  if (request.body === undefined) {
    // A curl command may come from someone else, and must not choose a file to read.
    throw usage(`the body of the command is in a file, ${request.bodyFile}`, "pass that file with --body");
  }
  return request;
}

export const REQUEST_OPTIONS = {
  request: { type: "string" },
  entry: { type: "string" },
};

/** Reads a payload: a file, or the body of a saved request. */
export async function readPayload(values, positionals, io) {
  if (values.request !== undefined) {
    if (positionals.length > 0) throw usage("give either a payload or --request");
    return (await readDelivery({ entry: values.entry }, [values.request], io)).body;
  }
  if (values.entry !== undefined) throw usage("--entry is for --request");
  if (positionals.length === 0 && io.stdin.isTTY) throw usage("there is no payload", "give a file, or pipe one to this command");
  return readBytes(positionals[0] ?? "-", io);
}

/** Parses an integer of at least 0. */
export function integer(option, text) {
  if (!/^\d{1,15}$/.test(text)) throw usage(`${option} is not a whole number`);
  return Number(text);
}

/** Parses a time in unix seconds or ISO 8601. Returns unix seconds. */
export function time(option, text) {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const milliseconds = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(milliseconds)) throw usage(`${option} is neither unix seconds nor a time in ISO 8601`, "such as 1772442900 or 2026-03-02T09:15:00Z");
  return Math.floor(milliseconds / 1000);
}

/** Returns the options of a `Webhook` that a command line can set. */
export function webhookOptions({ scheme, tolerance, now }) {
  return {
    ...(scheme !== undefined && { scheme }),
    ...(tolerance !== undefined && { toleranceSeconds: integer("--tolerance", tolerance) }),
    ...(now !== undefined && { now: constant(time("--now", now)) }),
  };
}

const constant = (value) => () => value;

/** Parses an HTTP URL. The scheme may be missing, as in `localhost:3000/webhooks`. */
export function httpUrl(text) {
  let url;
  try {
    url = new URL(/^(?:localhost|[\d.]+|\[[\da-f:.]+\])(?=[:/?]|$)/i.test(text) ? `http://${text}` : text);
  } catch {
    throw usage(`${text} is not a URL`, "such as http://127.0.0.1:3000/webhooks");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw usage("the URL is not http or https", "such as http://127.0.0.1:3000/webhooks");
  if (url.username !== "" || url.password !== "") throw usage("the URL has a user or a password, which other users could see");
  return url;
}

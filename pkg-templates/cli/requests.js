// Parses saved requests: raw HTTP, HAR files, curl commands, JSON of tunnels and of Lambda. Needs neither Node nor a DOM,
// and runs, fetches and opens nothing, so that the command line and pages can use it.
//
//   parseRequest(input, { entry }?)  ->  SavedRequest
//     input   text or bytes (Uint8Array) in any of the formats
//     entry   the number of a request in a file with several, from 1
//   parseHeaders(input)  ->  [[name, value], …]   lines `name: value`, with or without a request line before them
//
//   SavedRequest: {
//     format: "http" | "har" | "curl" | "json",
//     method, url: string | undefined,
//     headers: [[name, value], …]   in their order, repeats too: as `new Webhook().verify` takes them,
//     body: Uint8Array | undefined  the raw payload; undefined if the command has it in a file,
//     bodyFile: string | undefined  the name of that file,
//     notes: string[]               for people: parts that were left out or look wrong
//   }
//
// Throws an UnreadableRequest: `message`, `hint`, and for a file with several requests `entries`, each
// { entry, method, url }. Message and hint contain nothing of the input; `entries`, `url` and `bodyFile` do, and are
// untrusted.

/** The headers that any scheme reads, to find the delivery among several requests. */
const SIGNATURE = /^(svix|webhook)-signature$|^x-agentmail-(signature|unsigned)$/i;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const REQUEST_LINE = /^([A-Za-z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;

export class UnreadableRequest extends Error {
  constructor(message, hint, entries) {
    super(message);
    this.name = "UnreadableRequest";
    this.code = "unreadable_request";
    this.hint = hint;
    if (entries) this.entries = entries;
  }
}

export function parseRequest(input, { entry } = {}) {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const text = toBinary(bytes).replace(/^(?:\xef\xbb\xbf)?\s*/, "");
  if (text === "") throw new UnreadableRequest("there is no request: the input is empty", EXPECTED);
  if (/^[{[]/.test(text)) return parseJson(toBytes(text), entry);
  if (entry !== undefined && entry !== 1) throw new UnreadableRequest(`there is no entry ${entry}: this is one request`, COUNTED);
  if (/^(?:\$\s+)?curl(?:\.exe)?\s/.test(text)) return parseCurl(text);
  const fetched = FETCH.exec(text);
  if (fetched) return parseFetch(fetched);
  return parseHttp(text);
}

export function parseHeaders(input) {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return parseHead(toBinary(bytes).replace(/^(?:\xef\xbb\xbf)?\s*/, "")).headers;
}

const EXPECTED = "a raw HTTP request, a HAR file, a curl command, a fetch call, or JSON with headers and body";
const COUNTED = "choose one with --entry, from 1";

// Raw HTTP. Text is binary here: each character is a byte.

function parseHttp(text) {
  const { method, url, headers, length: headLength } = parseHead(text);
  const notes = [];
  const body = framed(text.slice(headLength), headers, notes);
  return { format: "http", method, url, headers, body: toBytes(body), bodyFile: undefined, notes };
}

function parseHead(text) {
  const headers = [];
  let method;
  let url;
  let at = 0;
  for (let line = 1; at < text.length; line++) {
    const end = text.indexOf("\n", at);
    const content = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, "");
    at = end < 0 ? text.length : end + 1;
    if (content === "") break;
    const request = line === 1 && content.match(REQUEST_LINE);
    if (request) {
      [, method, url] = request;
      continue;
    }
    // Pseudo-headers of HTTP/2, which developer tools show.
    if (/^:[a-z]+:/.test(content)) continue;
    const colon = content.indexOf(":");
    const name = content.slice(0, Math.max(colon, 0));
    if (!NAME.test(name)) throw new UnreadableRequest(`line ${line} of the head is not a header: expected "name: value"`, EXPECTED);
    headers.push([name, trim(content.slice(colon + 1))]);
  }
  return { method, url, headers, length: at };
}

/** Returns the body, by the length in the headers. */
function framed(body, headers, notes) {
  const values = (wanted) => headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  if (/(^|,\s*)chunked$/i.test(values("transfer-encoding").at(-1) ?? "")) {
    const whole = dechunk(body);
    if (whole !== undefined) return whole;
    notes.push("the headers declare chunks, but the body has none: it is used unchanged");
  }
  const lengths = [...new Set(values("content-length"))];
  if (lengths.length !== 1 || !/^\d{1,15}$/.test(lengths[0])) return body;
  const length = Number(lengths[0]);
  if (body.length > length) {
    const [whole, rest] = [body.slice(0, length), body.slice(length)];
    // Editors end a file with a line break.
    if (/^\r?\n$/.test(rest)) return whole;
    // Text after a complete payload is not part of it. Otherwise the payload was written again, and is longer now.
    if (isJson(whole)) {
      notes.push(`ignored ${rest.length} bytes beyond content-length`);
      return whole;
    }
    notes.push(`the body has ${rest.length} bytes more than content-length: something changed it`);
    return body;
  }
  if (body.length < length) {
    notes.push(`the body has ${length - body.length} bytes fewer than content-length: something changed it`);
  }
  return body;
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function dechunk(body) {
  const chunks = [];
  for (let at = 0; ; ) {
    const line = body.slice(at, at + 1000).match(/^([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r?\n/);
    if (!line) return undefined;
    at += line[0].length;
    const size = parseInt(line[1], 16);
    if (size === 0) return chunks.join("");
    const end = body.slice(at + size, at + size + 2).match(/^\r?\n/);
    if (!end) return undefined;
    chunks.push(body.slice(at, at + size));
    at += size + end[0].length;
  }
}

// JSON: HAR, the formats of tunnels, webhook.site, Postman and Lambda, and the output of `sign --json`.

function parseJson(bytes, entry) {
  let json;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new UnreadableRequest("the input begins like JSON, but is not JSON", EXPECTED);
  }
  const request = choose(requestsOf(json), entry);
  if (!isObject(request)) throw new UnreadableRequest("there is no request in this JSON", EXPECTED);
  // ngrok saves the whole request in base64.
  if (typeof request.raw === "string") return { ...parseHttp(base64(request.raw)), format: "json" };
  const pairs = headerPairs(headersOf(request));
  const { method, url = request.uri } = request;
  const isHar = isObject(json.log) || isObject(request.postData);
  // In a HAR file, a request without a body has no postData.
  if (!isHar && !["body", "rawBody", "content"].some((name) => name in request)) {
    throw new UnreadableRequest("this JSON has headers, but no body", "expected a member `body` with the raw text");
  }
  const body = toBytes(jsonBody(request));
  return { format: isHar ? "har" : "json", method: string(method), url: string(url?.raw ?? url), headers: pairs, body, bodyFile: undefined, notes: [] };
}

function requestsOf(json) {
  const list = json.log?.entries ?? json.requests ?? (Array.isArray(json.data) && !json.headers ? json.data : Array.isArray(json.item) ? items(json) : Array.isArray(json) ? json : [json]);
  if (!Array.isArray(list)) throw new UnreadableRequest("the entries of this file are not a list", EXPECTED);
  return list.map((entry) => entry?.request ?? entry);
}

/** The requests of a Postman collection, which has folders. */
function items({ item }) {
  return item.flatMap((each) => (Array.isArray(each?.item) ? items(each) : [each]));
}

function headersOf(request) {
  return request?.multiValueHeaders ?? request?.headers ?? request?.header;
}

function choose(requests, entry) {
  if (entry !== undefined) {
    const chosen = requests[entry - 1];
    if (chosen === undefined) throw new UnreadableRequest(`there is no entry ${entry}, only ${requests.length}`, COUNTED);
    return chosen;
  }
  if (requests.length === 1) return requests[0];
  const isSigned = (request) => {
    if (typeof request?.raw === "string") return /^(?:[a-z-]+-signature|x-agentmail-unsigned):/im.test(base64(request.raw));
    return headerPairs(headersOf(request) ?? []).some(([name]) => SIGNATURE.test(name));
  };
  const signed = requests.map((request, index) => ({ request, entry: index + 1 })).filter(({ request }) => isSigned(request));
  if (signed.length === 1) return signed[0].request;
  const entries = (signed.length > 0 ? signed : requests.map((request, index) => ({ request, entry: index + 1 }))).map(
    ({ request, entry: number }) => ({ entry: number, method: string(request?.method), url: string(request?.url) }),
  );
  const how = signed.length > 0 ? `${signed.length} of them have a signature` : "none of them has a signature";
  throw new UnreadableRequest(`there are ${requests.length} requests, and ${how}`, COUNTED, entries);
}

function headerPairs(headers) {
  if (!isObject(headers) && !Array.isArray(headers)) {
    throw new UnreadableRequest("this JSON has no headers", "a payload alone cannot be verified: its headers are needed too");
  }
  const entries = Array.isArray(headers)
    ? headers.filter((header) => header?.disabled !== true).map((header) => (Array.isArray(header) ? header : [header?.name ?? header?.key, header?.value]))
    : Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((copy) => [name, copy]));
  return entries.filter(([name]) => typeof name === "string" && !name.startsWith(":")).map(([name, value]) => {
    if (typeof value !== "string" && typeof value !== "number") throw new UnreadableRequest("a header of this JSON is not text", EXPECTED);
    return [name, String(value)];
  });
}

function jsonBody({ postData, rawBody, content, body = rawBody ?? content ?? postData?.text, isBase64Encoded = postData?.encoding === "base64" }) {
  // Postman.
  if (body?.mode === "raw" && typeof body.raw === "string") return binary(body.raw);
  if (typeof body === "string") return isBase64Encoded === true ? base64(body) : binary(body);
  if (body !== undefined && body !== null) {
    throw new UnreadableRequest("the body was parsed before it was saved", "the signature covers its raw text");
  }
  if (postData?.params?.length > 0) throw new UnreadableRequest("the file has the fields of the body, but not its text", EXPECTED);
  return "";
}

// `fetch` calls, as browsers copy them: their arguments are JSON.

const FETCH = /^(?:await\s+)?fetch\(\s*("(?:[^"\\]|\\.)*")\s*,\s*(\{[^]*\})\s*\);?\s*$/;

function parseFetch([, url, options]) {
  const request = parseJson(toBytes(options), undefined);
  return { ...request, url: JSON.parse(new TextDecoder().decode(toBytes(url))) };
}

// curl commands, parsed without a shell.

function parseCurl(text) {
  const words = shellWords(text.replace(/^\$\s+/, "")).slice(1);
  const headers = [];
  const data = [];
  const urls = [];
  let method;
  let bodyFile;
  const notes = [];
  const add = (value, { isFile }) => {
    if (isFile && value.startsWith("@")) bodyFile = utf8(toBytes(value.slice(1)));
    else data.push(value);
  };
  const options = {
    header: (value) => {
      const [line, name, mark, rest] = value.match(/^([^:;]*)([:;])([^]*)$/) ?? [value];
      if (!NAME.test(name ?? "")) throw new UnreadableRequest("a header of the command is malformed", 'expected -H "name: value"');
      // `name:` removes a header, `name;` sends it empty.
      if (mark === ";" || trim(rest) !== "") headers.push([name, mark === ";" ? "" : trim(rest)]);
    },
    data: (value) => add(value, { isFile: true }),
    "data-ascii": (value) => add(value, { isFile: true }),
    "data-binary": (value) => add(value, { isFile: true }),
    "data-raw": (value) => add(value, { isFile: false }),
    json: (value) => {
      add(value, { isFile: true });
      headers.push(["content-type", "application/json"]);
    },
    "upload-file": (value) => add(`@${value}`, { isFile: true }),
    request: (value) => (method = value),
    url: (value) => urls.push(value),
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === "--") continue;
    if (!word.startsWith("-") || word === "-") {
      urls.push(word);
      continue;
    }
    const [name, attached] = word.startsWith("--") ? [word.slice(2)] : shortOption(word.slice(1));
    if (name === undefined) continue;
    if (UNSUPPORTED.has(name)) {
      throw new UnreadableRequest(`the command creates its body with --${name}`, "send the raw body with --data-binary or --data-raw");
    }
    if (!VALUED.has(name)) continue;
    const value = attached ?? words[++at];
    if (value === undefined) throw new UnreadableRequest(`--${name} of the command has no value`, EXPECTED);
    if (Object.hasOwn(options, name)) options[name](value);
  }
  if (bodyFile !== undefined && data.length > 0) {
    throw new UnreadableRequest("a part of the body of the command is in a file", "send the raw body with one --data-binary");
  }
  const isPost = bodyFile !== undefined || data.length > 0;
  const url = urls.find((word) => word.includes("://")) ?? urls[0];
  return {
    format: "curl",
    method: method ?? (isPost ? "POST" : "GET"),
    url: url === undefined ? undefined : utf8(toBytes(url)),
    headers,
    body: bodyFile === undefined ? toBytes(data.join("&")) : undefined,
    bodyFile,
    notes,
  };
}

/** The long names of curl's short options that have a value or affect the body. */
const SHORT = {
  A: "user-agent", b: "cookie", c: "cookie-jar", C: "continue-at", d: "data", D: "dump-header", e: "referer", E: "cert",
  F: "form", G: "get", H: "header", K: "config", m: "max-time", o: "output", P: "ftp-port", Q: "quote", r: "range",
  t: "telnet-option", T: "upload-file", u: "user", U: "proxy-user", w: "write-out", x: "proxy", X: "request",
  y: "speed-time", Y: "speed-limit", z: "time-cond",
};
const UNSUPPORTED = new Set(["form", "form-string", "get", "data-urlencode", "config"]);
const VALUED = new Set([
  ...Object.values(SHORT), "data-ascii", "data-binary", "data-raw", "json", "url", "cacert", "capath", "connect-timeout",
  "connect-to", "dns-servers", "interface", "key", "limit-rate", "max-redirs", "noproxy", "oauth2-bearer", "resolve", "retry",
  "retry-delay", "retry-max-time", "tls-max", "ciphers", "unix-socket", "proxy-header", "aws-sigv4", "stderr", "trace",
  "trace-ascii", "max-filesize", "url-query", "variable", "expand-data",
]);

/** Returns the first option with a value in a cluster such as `-sSXPOST`, and the value, if it is in the same word. */
function shortOption(cluster) {
  for (let at = 0; at < cluster.length; at++) {
    const name = SHORT[cluster[at]];
    if (name !== undefined) return [name, cluster.slice(at + 1) || undefined];
  }
  return [];
}

const ESCAPES = { a: "\x07", b: "\b", e: "\x1b", E: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const ANSI_C = /^(?:([abeEfnrtv])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([^]))/;

/** Returns the words of the first command, in the syntax of a POSIX shell and with `$'…'` of bash. Text is binary. */
function shellWords(text) {
  const words = [];
  let word;
  const expansion = () => {
    throw new UnreadableRequest("the command has a $ or a backtick, which needs a shell", "replace it with the text, in single quotes");
  };
  const closing = (quote, from) => {
    const end = text.indexOf(quote, from);
    if (end < 0) throw new UnreadableRequest("a quote of the command is not closed", "copy the whole command");
    return end;
  };
  let at = 0;
  while (at < text.length) {
    const letter = text[at];
    if (/[ \t]/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (/[\r\n;|&<>()]/.test(letter)) {
      // The end of the command.
      break;
    } else if (letter === "\\") {
      const joined = text.slice(at).match(/^\\\r?\n/);
      if (joined) {
        at += joined[0].length;
      } else {
        word = (word ?? "") + (text[at + 1] ?? "");
        at += 2;
      }
    } else if (letter === "'") {
      const end = closing("'", at + 1);
      word = (word ?? "") + text.slice(at + 1, end);
      at = end + 1;
    } else if (letter === "$" && text[at + 1] === "'") {
      const parts = [word ?? ""];
      at += 2;
      while (text[at] !== "'") {
        const end = text.slice(at).search(/['\\]/);
        if (end < 0) closing("'", text.length);
        parts.push(text.slice(at, at + end));
        at += end;
        if (text[at] === "\\") {
          const found = text.slice(at + 1, at + 10).match(ANSI_C);
          if (!found) closing("'", text.length);
          parts.push(ansiC(found));
          at += 1 + found[0].length;
        }
      }
      word = parts.join("");
      at += 1;
    } else if (letter === '"') {
      const parts = [word ?? ""];
      for (at += 1; text[at] !== '"'; ) {
        if (at >= text.length) closing('"', at);
        if (text[at] === "`" || (text[at] === "$" && /[\w{(*@#?$!-]/.test(text[at + 1] ?? ""))) expansion();
        const escaped = text.slice(at, at + 3).match(/^\\(?:(["\\$`])|(\r?\n))/);
        parts.push(escaped ? (escaped[1] ?? "") : text[at]);
        at += escaped ? escaped[0].length : 1;
      }
      word = parts.join("");
      at += 1;
    } else if (letter === "`" || (letter === "$" && /[\w{("*@#?$!-]/.test(text[at + 1] ?? ""))) {
      expansion();
    } else if (letter === "^" && /["\r\n]/.test(text[at + 1] ?? "")) {
      throw new UnreadableRequest("the command is quoted for cmd of Windows", "copy it as curl for bash");
    } else {
      const plain = text.slice(at, at + 65536).match(/^[^ \t\r\n;|&<>()\\'"$`^]+/)?.[0] ?? letter;
      word = (word ?? "") + plain;
      at += plain.length;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function ansiC([, letter, octal, hex, short, long, other]) {
  if (letter !== undefined) return ESCAPES[letter];
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255);
  if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
  const point = short ?? long;
  if (point === undefined) return /[\\'"?]/.test(other) ? other : `\\${other}`;
  const code = parseInt(point, 16);
  if (code > 0x10ffff) throw new UnreadableRequest("the command has an invalid character", EXPECTED);
  return binary(String.fromCodePoint(code));
}

// Bytes and text.

function toBinary(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
}

function toBytes(text) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function binary(text) {
  return toBinary(new TextEncoder().encode(text));
}

function utf8(bytes) {
  return new TextDecoder().decode(bytes);
}

function base64(text) {
  try {
    return atob(text);
  } catch {
    throw new UnreadableRequest("a part of this JSON is not base64, but should be", EXPECTED);
  }
}

/** Removes the white space that HTTP allows around a value. */
function trim(value) {
  const isSpace = (at) => value[at] === " " || value[at] === "\t";
  let [start, end] = [0, value.length];
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return value.slice(start, end);
}

function string(value) {
  return typeof value === "string" ? value : undefined;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

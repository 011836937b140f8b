// Sends requests to endpoints of the user, and reads the beginning of their responses.

import { EXIT, Failure } from "./failure.js";
import { VERSION } from "./version.js";

const MAX_ANSWER = 64 * 1024;

const CLOSED = ["it closed the connection", "see its log: a server may close the connection when a body exceeds its limit"];

/** The causes of failed connections, and what to do about them. */
const WHY = {
  ECONNREFUSED: ["nothing listens there", "is your app running, on this port?"],
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  ENOTFOUND: ["there is no such host"],
  EAI_AGAIN: ["its name cannot be resolved at the moment"],
  TimeoutError: ["no response in time"],
  "bad port": ["HTTP clients do not connect to this port"],
};
const NO_HTTP = ["what listens there does not speak HTTP", "if it speaks TLS, the URL begins with https://"];
const NO_TLS = ["what listens there does not speak TLS", "if it is plain HTTP, the URL begins with http://"];
const TRUST = "if the certificate is your own, have Node trust it: NODE_EXTRA_CA_CERTS=certificate.pem";

function why({ code, name, message }) {
  if (name === "HTTPParserError") return NO_HTTP;
  if (/^ERR_SSL_/.test(code)) return NO_TLS;
  // Newer versions of Node add other advice after the semicolon.
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return [message.split(";")[0], TRUST];
  return WHY[code] ?? WHY[name] ?? WHY[message] ?? [message];
}

/**
 * Sends a delivery without following redirects. Returns `{ status, statusText, headers, body, milliseconds }`.
 * @param delivery { headers, body }
 */
export async function post(url, { headers, body }, seconds) {
  const start = performance.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: withAgent(headers),
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(seconds * 1000),
    });
    const answer = await beginning(response);
    return {
      status: response.status,
      statusText: response.statusText,
      type: response.headers.get("content-type"),
      body: answer,
      milliseconds: Math.round(performance.now() - start),
    };
  } catch (error) {
    const cause = error.cause?.errors?.[0] ?? error.cause ?? error;
    const [reason, hint] = why(error.name === "TimeoutError" ? error : cause);
    throw new Failure("unreachable", `${url.origin} cannot be reached: ${reason}`, { hint, exit: EXIT.unavailable });
  }
}

function withAgent(headers) {
  const all = new Headers(headers);
  if (!all.has("user-agent")) all.set("user-agent", `agentmail-webhooks/${VERSION}`);
  return all;
}

/** Reads the first bytes of a response. Does not wait for the rest. */
async function beginning(response) {
  if (!response.body) return new Uint8Array();
  const chunks = [];
  let length = 0;
  const reader = response.body.getReader();
  while (length < MAX_ANSWER) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  reader.cancel().catch(() => {});
  return new Uint8Array(Buffer.concat(chunks).subarray(0, MAX_ANSWER));
}

/** Decodes bytes as text. Returns `undefined` if they are not text. */
export function textOf(body) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

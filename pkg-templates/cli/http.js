// Requests to endpoints that the user named, and what they answered: no more than a person reads.

import { EXIT, Failure } from "./failure.js";
import { VERSION } from "./version.js";

const MAX_ANSWER = 64 * 1024;

const WHY = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it closed the connection",
  UND_ERR_SOCKET: "it closed the connection",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up now",
  TimeoutError: "no answer in time",
};

/**
 * Sends a delivery, and follows no redirect: `{ status, statusText, headers, body, milliseconds }`.
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
    const why = WHY[cause.code] ?? WHY[error.name] ?? WHY[cause.name] ?? cause.message;
    throw new Failure("unreachable", `${url.origin} cannot be reached: ${why}`, { exit: EXIT.unavailable });
  }
}

function withAgent(headers) {
  const all = new Headers(headers);
  if (!all.has("user-agent")) all.set("user-agent", `agentmail-webhooks/${VERSION}`);
  return all;
}

/** The first bytes of an answer. What is left of it is not waited for. */
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

/** The text of an answer, or none if it is not text. */
export function textOf(body) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

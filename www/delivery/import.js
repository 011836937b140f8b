// Requests as they were recorded: a `curl` command, a HAR, a raw request, JSON of a tunnel. The package reads them.

// A part of its command line, and no entry of the package: hence by its path.
import { UnreadableRequest, parseRequest } from "../../node_modules/agentmail-webhooks/cli/requests.js";
import { count } from "../picture/dom.js";
import { sentence } from "../picture/verdict.js";
import { plain } from "../picture/visible.js";

const FORMATS = { http: "a raw request", har: "a HAR", curl: "a curl command", json: "JSON" };

/**
 * @param {Uint8Array} bytes
 * @param {number} [entry] which request of several, counted from 1
 * @returns a request `{ headers, body, from, notes }`, or what to choose from: `{ entries: [{ entry, label }] }`;
 *   or why it is none: `{ problem }`
 */
export function readRequest(bytes, entry) {
  try {
    const { format, headers, body, bodyFile, notes } = parseRequest(bytes, { entry });
    if (headers.length === 0) return { problem: "This cannot be read: it has no headers." };
    const missing = bodyFile !== undefined && `the body is in the file ${plain(bodyFile.slice(0, 200))}: drop it too`;
    return { headers, body: body ?? new Uint8Array(), from: FORMATS[format], notes: [...notes, ...(missing ? [missing] : [])] };
  } catch (error) {
    if (!(error instanceof UnreadableRequest)) throw error;
    if (error.entries?.length > 0) {
      const entries = error.entries.map(({ entry: number, method, url }) => ({ entry: number, label: plain(`${number}: ${method ?? ""} ${url ?? ""}`.slice(0, 200)) }));
      return { entries: entries.slice(0, 500), problem: `${count(entries.length, "request")}: choose one.` };
    }
    const hint = error.hint.startsWith("a raw") ? `expected ${error.hint}` : error.hint;
    return { problem: `This cannot be read: ${error.message}. ${sentence(hint)}` };
  }
}

/** Returns `true` if pasted or dropped text is a request, and not a body or headers. */
export function looksLikeRequest(text) {
  const start = text.slice(0, 4000).trimStart();
  return /^(\$ )?curl(\.exe)?\s/.test(start) || /^[A-Z]+ \S+ HTTP\/\d/.test(start) || /^[\w-]+: .*\r?\n(.+\r?\n)*\r?\n/.test(start);
}

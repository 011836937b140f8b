// Requests as they are recorded: a `curl` command, a HAR, a raw request.

import { decode, encode } from "./body.js";

export function readRequests(bytes) {
  const text = decode(bytes);
  const at = bytes.findIndex((byte, index) => byte === 10 && (bytes[index + 1] === 10 || (bytes[index + 1] === 13 && bytes[index + 2] === 10)));
  if (at < 0) throw new Error("This is no request.");
  const head = decode(bytes.subarray(0, at)).split(/\r?\n/).filter((line) => line && !/ HTTP\/\d/.test(line));
  const headers = head.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  return [{ from: "a raw request", label: text.slice(0, 80), headers, body: bytes.subarray(at + (bytes[at + 1] === 13 ? 3 : 2)) }];
}

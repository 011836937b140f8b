// Parses a payload and shows its event.

import { parse as parsePayload } from "agentmail-webhooks/explain";
import { usage } from "../failure.js";
import { REQUEST_OPTIONS, readPayload } from "../input.js";
import { bold, dim, tree, yellow } from "../print.js";

export const parse = {
  name: "parse",
  summary: "parses a payload without verifying it, and shows its event",
  most: 1,
  options: REQUEST_OPTIONS,
  help: `agentmail-webhooks parse [PAYLOAD]

Parses a payload and prints its event. Needs no secret and does not verify: the payload may be forged.
Exit code 0: an event; 1: not an event.

PAYLOAD is a file with a body, or standard input.

  agentmail-webhooks parse body.json
  agentmail-webhooks parse body.json --json | jq .message.subject
  agentmail-webhooks parse --request request.txt       # the body of a saved request

  --request FILE  the body of a saved request: a raw HTTP request, a HAR file, a curl command
  --entry N       the number of the request in a file with several, from 1
  --json          the event, as returned by "parse" of the library`,

  async run({ values, positionals, io }) {
    const payload = await readPayload(values, positionals, io);
    if (values.request === undefined && isRequest(payload)) throw usage("this is a saved request, not a payload", "agentmail-webhooks parse --request FILE");
    const event = parsePayload(payload);
    if (values.json) {
      io.out.json(event);
    } else {
      io.errors.line(yellow("not verified"), dim(": anyone may have sent this"));
      printEvent(io.out, event);
    }
  },
};

/** Matches the beginning of a saved request. No JSON begins like this. */
function isRequest(payload) {
  return /^(POST \S+ HTTP\/|curl )/.test(Buffer.from(payload.subarray(0, 5000)).toString("latin1"));
}

export function printEvent(out, { event_type, ...rest }, indent = "") {
  out.line(indent, bold(event_type));
  tree(out, rest, `${indent}  `);
}

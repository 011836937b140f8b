// What is in a payload?

import { parse as parsePayload } from "agentmail-webhooks";
import { readPayload } from "../input.js";
import { bold, dim, tree, yellow } from "../print.js";

export const parse = {
  name: "parse",
  summary: "the typed event of a payload, without verifying it",
  most: 1,
  options: { request: { type: "string" }, entry: { type: "string" } },
  help: `agentmail-webhooks parse [PAYLOAD]

Prints the typed event that a payload is. Nothing is verified, and no secret is needed: whoever can reach your
endpoint can send any payload. Exit code 0: an event; 1: none.

PAYLOAD is a file with a body, or standard input.

  agentmail-webhooks parse body.json
  agentmail-webhooks parse body.json --json | jq .message.subject
  agentmail-webhooks parse --request request.txt       # the body of a saved request

  --request FILE   a raw HTTP request, a HAR file, a curl command    --entry N   which request of a HAR file
  --json           the event, as "parse" of the library gives it`,

  async run({ values, positionals, io }) {
    const event = parsePayload(await readPayload(values, positionals, io));
    if (values.json) {
      io.out.json(event);
    } else {
      io.errors.line(yellow("not verified"), dim(": anybody can have written this"));
      printEvent(io.out, event);
    }
  },
};

export function printEvent(out, { event_type, ...rest }, indent = "") {
  out.line(indent, bold(event_type));
  tree(out, rest, `${indent}  `);
}

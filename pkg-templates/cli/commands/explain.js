// Explains why a delivery does not verify.

import { explain as explainDelivery } from "agentmail-webhooks/explain";
import { EXIT } from "../failure.js";
import { readDelivery, webhookOptions } from "../input.js";
import { bold, dim, green, red } from "../print.js";
import { secrets } from "../secrets.js";
import { verify } from "./verify.js";

const STYLES = { pass: green, fail: red, info: dim };

export const explain = {
  name: "explain",
  summary: "explains why a delivery does not verify",
  most: 1,
  options: verify.options,
  help: `agentmail-webhooks explain [REQUEST]

Explains why a delivery does not verify. Detects, for example, a body that a middleware serialized again,
white space around the secret, or the API key in place of the secret. Reads the same input as "verify".

  agentmail-webhooks explain request.txt
  agentmail-webhooks explain --headers headers.txt --body body.json --scheme body

For development only: the output can help an attacker, although it contains no secret, signature or payload.
Exit code 0: it verifies; 1: it does not.

  --json  {"verified", "checks": [{"check", "verdict": "pass" | "fail" | "info", "advice"}], "notes"}
  All other options are those of "verify".`,

  async run({ values, positionals, io }) {
    const { headers, body, notes } = await readDelivery(values, positionals, io);
    const [configured, options] = [await secrets(values, io), webhookOptions(values)];
    const { verified, checks } = explainDelivery(body, headers, configured, options);
    if (values.json) {
      io.out.json({ verified, checks, notes });
    } else {
      printChecks(io.out, checks);
      io.out.line(verified ? green(bold("it verifies")) : red(bold("it does not verify")));
      for (const note of notes) io.errors.line(dim("note  "), note);
    }
    return verified ? EXIT.ok : EXIT.refused;
  },
};

export function printChecks(out, checks, indent = "") {
  for (const { verdict, check, advice } of checks) {
    out.paragraph([indent, STYLES[verdict](verdict), "  ", bold(check.padEnd(10)), " "], advice);
  }
}

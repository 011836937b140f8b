// Parses command lines.

import { parseArgs } from "node:util";
import { nearest } from "../adapters/nearest.js";
import { usage } from "./failure.js";

/** Returns `{ values, positionals }` of the words after a command. */
export function readWords(args, options, command) {
  const { values, positionals, tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) if (token.kind === "option") check(token, options, command);
  return { values, positionals };
}

/** Checks an option. Our own messages never contain values, because a value may be a misplaced secret. */
function check({ name, rawName, value, inlineValue }, options, command) {
  if (name === "secret") {
    throw usage("there is no option --secret", "other users can see arguments: set AGENTMAIL_WEBHOOK_SECRET, or use --secret-file FILE");
  }
  if (!Object.hasOwn(options, name)) {
    const meant = nearest(name, Object.keys(options));
    throw usage(`there is no option ${rawName}`, meant ? `did you mean --${meant}?` : `agentmail-webhooks ${command} --help lists them`);
  }
  const takesValue = options[name].type === "string";
  if (!takesValue && value !== undefined) throw usage(`${rawName} takes no value`);
  // The next option is not a value, as in `--id --json`. The value "--json" is written as `--id=--json`.
  if (takesValue && (value === undefined || (!inlineValue && /^-./.test(value)))) throw usage(`${rawName} needs a value`);
}

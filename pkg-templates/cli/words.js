// The words of a command line, and what somebody may have meant who mistyped one.

import { parseArgs } from "node:util";
import { usage } from "./failure.js";

/** `{ values, positionals }` of the words after a command. */
export function readWords(args, options, command) {
  const { values, positionals, tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) if (token.kind === "option") check(token, options, command);
  return { values, positionals };
}

/** In words of our own: a value may be a secret that was not to be there, and is never told. */
function check({ name, rawName, value, inlineValue }, options, command) {
  if (name === "secret") {
    throw usage("there is no option --secret", "other users see arguments: set AGENTMAIL_WEBHOOK_SECRET, or give --secret-file FILE");
  }
  if (!Object.hasOwn(options, name)) {
    const meant = nearest(name, Object.keys(options));
    throw usage(`there is no option ${rawName}`, meant ? `did you mean --${meant}?` : `agentmail-webhooks ${command} --help lists them`);
  }
  const takesValue = options[name].type === "string";
  if (!takesValue && value !== undefined) throw usage(`${rawName} takes no value`);
  // The next option is no value: `--id --json`. Whoever means it says `--id=--json`.
  if (takesValue && (value === undefined || (!inlineValue && /^-./.test(value)))) throw usage(`${rawName} needs a value`);
}

/** The name that somebody may have meant: with a letter or two otherwise, or with the word in it. */
export function nearest(word, names) {
  const near = names.map((name) => ({ name, far: distance(word.slice(0, 50), name) })).sort((a, b) => a.far - b.far)[0];
  if (near.far <= Math.max(1, Math.floor(word.length / 3))) return near.name;
  return word.length < 3 ? undefined : names.find((name) => name.includes(word));
}

/** How many letters are added, left out, another one, or swapped with their neighbour. */
function distance(from, to) {
  const rows = Array.from({ length: from.length + 1 }, (_, at) => [at]);
  rows[0] = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let a = 1; a <= from.length; a++) {
    for (let b = 1; b <= to.length; b++) {
      const changed = rows[a - 1][b - 1] + (from[a - 1] === to[b - 1] ? 0 : 1);
      rows[a][b] = Math.min(changed, rows[a - 1][b] + 1, rows[a][b - 1] + 1);
      const isSwapped = a > 1 && b > 1 && from[a - 1] === to[b - 2] && from[a - 2] === to[b - 1];
      if (isSwapped) rows[a][b] = Math.min(rows[a][b], rows[a - 2][b - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}

// Asks the library the questions of a file of `cargo xtask differential`, and compares its answers with
// those of the native library. It runs in every runtime.

import { same } from "../packed/suite/assert.mjs";

/** Checks the text of a file. Returns counts and a difference: { accepted, refused, different, shortest? }. */
export function check(library, text) {
  const report = { accepted: 0, refused: 0, different: 0 };
  for (const line of text.split("\n")) {
    const question = JSON.parse(line);
    const found = ask(library, question);
    report[found.answer === undefined ? "refused" : "accepted"] += 1;
    const difference = compare(found, question);
    if (difference === undefined) continue;
    report.different += 1;
    const told = `${difference}\n  question ${line}\n  found    ${JSON.stringify(found)}`;
    if (!(told.length >= report.shortest?.length)) report.shortest = told;
  }
  return report;
}

/** Returns the answer or the error of the library. */
function ask(library, { payload, headers, secrets, now, tolerance }) {
  const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
  try {
    const answer =
      secrets === undefined
        ? library.parse(bytes)
        : new library.Webhook(secrets.map(secretOf), { toleranceSeconds: tolerance, now: () => now }).receive(bytes, headers);
    return { answer };
  } catch (error) {
    if (!(error instanceof library.WebhookError)) return { trap: `${error?.stack ?? error}` };
    const { code, message, hint, status } = error;
    return { error: { code, message, hint, status } };
  }
}

const secretOf = ([scheme, secret]) => ({ scheme, secret });

/** Returns the first difference, or undefined if there is none. */
function compare(found, expected) {
  if (found.trap) return `not an error of ours: ${found.trap}`;
  const kind = expected.answer === undefined ? "error" : "answer";
  try {
    const native = JSON.parse(expected[kind]);
    same(found[kind], native, kind);
    // The members must also have the same order.
    same(JSON.stringify(found[kind]), JSON.stringify(native), "text");
    return undefined;
  } catch (error) {
    return error.message;
  }
}

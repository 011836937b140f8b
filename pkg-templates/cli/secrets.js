// Where secrets come from: the environment, a file, a prompt. Never an argument, which other users see in the list of
// processes, and which stays in the history of the shell.

import { Failure, EXIT } from "./failure.js";
import { readText } from "./input.js";

const VARIABLE = "AGENTMAIL_WEBHOOK_SECRET";
/** As many as a `Webhook` takes. */
const MOST = 16;

export const SECRET_OPTIONS = {
  scheme: { type: "string" },
  "secret-file": { type: "string" },
};

/** The secrets, in their order. */
export async function secrets(values, io) {
  const file = values["secret-file"];
  if (file !== undefined) {
    // The line break that editors add is none of the secret; any other white space is for the library to refuse.
    const lines = (await readText(file, io)).split(/\r?\n/).filter((line) => line !== "");
    if (lines.length === 0) throw new Failure("no_secret", "the file of secrets is empty", { hint: "it has a secret on each line" });
    return lines;
  }
  const names = [VARIABLE, ...Array.from({ length: MOST - 1 }, (_, at) => `${VARIABLE}_${at + 2}`)];
  const set = names.map((name) => io.environment[name]).filter((value) => value !== undefined && value !== "");
  if (set.length > 0) return set;
  if (io.stdin.isTTY && io.stderr.isTTY) return [await prompt(io.stdin, io.stderr)];
  throw new Failure("no_secret", `there is no secret: ${VARIABLE} is not set`, {
    hint: `set it (and ${VARIABLE}_2 during a rotation), or give --secret-file; an argument would show in the list of processes`,
  });
}

/** Asks for a secret without showing it. */
export function prompt(input, output) {
  output.write("Secret (is not shown): ");
  return new Promise((resolve, reject) => {
    let secret = "";
    const stop = (settle, value) => {
      input.off("data", onData).off("end", onEnd).setRawMode(false);
      input.pause();
      output.write("\n");
      settle(value);
    };
    const onEnd = () => stop(reject, new Failure("no_secret", "no secret was typed"));
    const onData = (text) => {
      for (const letter of text) {
        if (letter === "\r" || letter === "\n") return secret === "" ? onEnd() : stop(resolve, secret);
        if (letter === "\x03") return stop(reject, new Failure("interrupted", "interrupted", { exit: EXIT.interrupted }));
        if (letter === "\x04") return onEnd();
        if (letter === "\x7f" || letter === "\b") secret = [...secret].slice(0, -1).join("");
        else secret += letter;
      }
    };
    input.setEncoding("utf8");
    input.setRawMode(true);
    input.on("data", onData).on("end", onEnd).resume();
  });
}

// Reads secrets from the environment, a file or a prompt. Never from an argument, which other users see in the list of
// processes, and which the history of the shell keeps.

import { Webhook } from "agentmail-webhooks/explain";
import { Failure, EXIT } from "./failure.js";
import { readText, webhookOptions } from "./input.js";

const VARIABLE = "AGENTMAIL_WEBHOOK_SECRET";
/** The maximum number of secrets of a `Webhook`. */
const MOST = 16;

export const SECRET_OPTIONS = {
  scheme: { type: "string" },
  "secret-file": { type: "string" },
};

/** Returns the secrets in their order, even malformed ones. */
export async function secrets(values, io) {
  return (await found(values, io)).map(({ secret }) => secret);
}

/** Returns the secrets in their order. If one is malformed, the error names it. */
export async function usableSecrets(values, io) {
  const all = await found(values, io);
  for (const { name, secret } of all) {
    try {
      new Webhook(secret, webhookOptions(values));
    } catch (error) {
      if (error.code === "invalid_secret") error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
  return all.map(({ secret }) => secret);
}

/** Returns each secret with its name for messages. */
async function found(values, io) {
  const file = values["secret-file"];
  if (file !== undefined) {
    // Editors add a line break at the end. The library rejects any other white space.
    const lines = (await readText(file, io)).split(/\r?\n/).map((secret, at) => ({ name: `line ${at + 1} of the file`, secret }));
    const variables = lines.map(variable).filter((found) => found !== undefined);
    const set = variables.length > 0 ? variables : lines.filter(({ secret }) => secret !== "");
    if (set.length === 0) throw new Failure("no_secret", "the secret file is empty", { hint: "expected one secret on each line" });
    return set;
  }
  const names = [VARIABLE, ...Array.from({ length: MOST - 1 }, (_, at) => `${VARIABLE}_${at + 2}`)];
  const set = names.map((name) => ({ name, secret: io.environment[name] })).filter(({ secret }) => secret !== undefined && secret !== "");
  if (set.length > 0) return set;
  if (io.stdin.isTTY && io.stderr.isTTY) return [{ name: "the typed secret", secret: await prompt(io.stdin, io.stderr) }];
  throw new Failure("no_secret", `${VARIABLE} is not set`, {
    hint: `export ${VARIABLE}="$(cat FILE)", or use --secret-file FILE. The secret of a webhook begins with whsec_`,
  });
}

/** Parses a line of `.env` or `.dev.vars`. */
function variable({ secret: line }) {
  const [, name, value] = line.trim().match(/^(?:export )?(AGENTMAIL_WEBHOOK_SECRET(?:_\d+)?) ?=(.*)$/) ?? [];
  const [, , secret] = value?.trim().match(/^(["']?)(.*)\1$/) ?? [];
  return secret ? { name, secret } : undefined;
}

/** Prompts for a secret without showing it. */
export function prompt(input, output) {
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
    // Before the prompt, because input that is typed immediately would be shown.
    input.setRawMode(true);
    output.write("Secret (hidden): ");
    input.on("data", onData).on("end", onEnd).resume();
  });
}

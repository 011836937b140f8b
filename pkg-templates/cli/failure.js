// The failures of commands, apart from refused deliveries: a code, a message and an exit code.

/** The exit codes of all commands. `docs/cli.md` has them as a table. */
export const EXIT = {
  /** Success: genuine, parsed, signed, all responses as expected. */
  ok: 0,
  /** A delivery or a payload is refused, or the response of an endpoint is not as expected. */
  refused: 1,
  /** The command line, a secret or a saved request is invalid. */
  usage: 2,
  /** A file cannot be read, an endpoint cannot be reached, a port is taken. */
  unavailable: 3,
  /** A bug in this program. */
  fault: 4,
  /** Ctrl-C at a prompt, with the code that shells use. */
  interrupted: 130,
};

export class Failure extends Error {
  constructor(code, message, { hint, exit = EXIT.usage, details } = {}) {
    super(message);
    Object.assign(this, { name: "Failure", code, hint, exit, details });
  }
}

export const usage = (message, hint) => new Failure("usage", message, { hint });

/** A secret in place of a path or a name, which must not be printed. */
const SECRET = /whsec_[^\s"',]+/g;

/** Describes anything that was thrown: `{ code, message, hint, exit, status?, details? }`. */
export function told(error) {
  const meant = meaning(error);
  const [message, hint = null] = [meant.message, meant.hint].map((text) => text?.replaceAll(SECRET, "whsec_…"));
  return { ...meant, message, hint };
}

function meaning(error) {
  const { code, message, hint, status, exit, details } = error ?? {};
  if (error instanceof Failure) return { code, message, hint, exit, details };
  // A WebhookError of any copy of the library. A status of 5xx stands for a wrong configuration.
  if (error?.name === "WebhookError") return { code, message, hint, exit: status < 500 ? EXIT.refused : EXIT.usage, status };
  if (code === "unreadable_request") return { code, message, hint, exit: EXIT.usage, details: error.entries };
  return {
    code: "fault",
    message: `unexpected error: ${message ?? error}`,
    hint: "please report it with the command and its input: https://github.com/agentmail-webhooks/agentmail-webhooks/issues",
    exit: EXIT.fault,
  };
}

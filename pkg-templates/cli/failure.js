// Why a command stops, other than that a delivery is refused: a name, a line for a person, an exit code.

/** The exit codes of all commands. `docs/cli.md` has them as a table. */
export const EXIT = {
  /** As it should be: genuine, parsed, signed, each answer as expected. */
  ok: 0,
  /** A delivery or a payload is refused; an endpoint answered otherwise than it should. */
  refused: 1,
  /** The command line, a secret or a saved request cannot be used. */
  usage: 2,
  /** A file cannot be read, an endpoint cannot be reached, a port is taken. */
  unavailable: 3,
  /** A fault of this program. */
  fault: 4,
  /** Ctrl-C at a prompt, as shells count it. */
  interrupted: 130,
};

export class Failure extends Error {
  constructor(code, message, { hint, exit = EXIT.usage, details } = {}) {
    super(message);
    Object.assign(this, { name: "Failure", code, hint, exit, details });
  }
}

export const usage = (message, hint) => new Failure("usage", message, { hint });

/** A secret that stands where a path or a name was expected: never told. */
const SECRET = /whsec_[^\s"',]+/g;

/** What anything that was thrown means: `{ code, message, hint, exit, status?, details? }`. */
export function told(error) {
  const meant = meaning(error);
  const [message, hint = null] = [meant.message, meant.hint].map((text) => text?.replaceAll(SECRET, "whsec_…"));
  return { ...meant, message, hint };
}

function meaning(error) {
  const { code, message, hint, status, exit, details } = error ?? {};
  if (error instanceof Failure) return { code, message, hint, exit, details };
  // A WebhookError, of whichever copy of the library: what an endpoint answers with 5xx is its own configuration.
  if (error?.name === "WebhookError") return { code, message, hint, exit: status < 500 ? EXIT.refused : EXIT.usage, status };
  if (code === "unreadable_request") return { code, message, hint, exit: EXIT.usage, details: error.entries };
  return {
    code: "fault",
    message: `an unforeseen fault of this program: ${message ?? error}`,
    hint: "please report it, with the command and what it read: https://github.com/agentmail-webhooks/agentmail-webhooks/issues",
    exit: EXIT.fault,
  };
}

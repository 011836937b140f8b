// Runs a command. Prints failures as one line without a stack trace, and sets the exit code.

import { nearest } from "../adapters/nearest.js";
import { events } from "./commands/events.js";
import { explain } from "./commands/explain.js";
import { listen } from "./commands/listen.js";
import { parse } from "./commands/parse.js";
import { send } from "./commands/send.js";
import { sign } from "./commands/sign.js";
import { verify } from "./commands/verify.js";
import { EXIT, told, usage } from "./failure.js";
import { Printer, bold, dim, red } from "./print.js";
import { VERSION } from "./version.js";
import { readWords } from "./words.js";

const COMMANDS = [verify, explain, parse, sign, send, listen, events];

const OVERVIEW = `agentmail-webhooks <command> [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join("\n")}

Verify a request that was saved from a tunnel, a browser or a log:
  agentmail-webhooks verify request.txt

Test your endpoint with genuine and forged deliveries:
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --event message.received
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --tamper all

Receive deliveries on your machine:
  agentmail-webhooks listen --forward http://127.0.0.1:3000/webhooks

The secret is read from AGENTMAIL_WEBHOOK_SECRET (and _2, _3, … during a rotation), from --secret-file, or
from a prompt. It is never an argument, because other users of the machine can see arguments.

<command> --help explains a command. --json prints JSON, one object on each line.
Exit codes: 0 success, 1 refused, 2 invalid usage, 3 unavailable, 4 a bug in this program.
NO_COLOR and FORCE_COLOR disable and enable colors.`;

const COMMON = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } };

export async function main(args, io = process) {
  const { stdin, stdout, stderr, env: environment } = io;
  const out = new Printer(stdout, environment);
  const errors = new Printer(stderr, environment);
  // Checked before the command line is parsed, so that its errors are JSON too.
  const isJson = args.includes("--json");
  try {
    return await run(args, { stdin, stdout, stderr, environment, out, errors });
  } catch (error) {
    const failure = told(error);
    if (isJson) out.json({ error: failure });
    // Ctrl-C needs no message.
    else if (failure.exit !== EXIT.interrupted) print(failure, errors);
    return failure.exit;
  }
}

async function run([first, ...rest], io) {
  if (first === undefined || first === "--help" || first === "-h") return help(OVERVIEW, io);
  if (first === "--version" || first === "-v") return help(VERSION, io);
  if (first === "help") return rest.length === 0 ? help(OVERVIEW, io) : run([rest[0], "--help"], io);
  const command = COMMANDS.find(({ name }) => name === first);
  if (!command) throw noCommand(first);
  const { options, most = 0 } = command;
  const { values, positionals } = readWords(rest, { ...options, ...COMMON }, command.name);
  if (values.help) return help(command.help, io);
  if (positionals.length > most) throw usage(`unexpected argument ${positionals[most]}`, `agentmail-webhooks ${command.name} --help`);
  return (await command.run({ values, positionals, io })) ?? EXIT.ok;
}

function noCommand(word) {
  const names = COMMANDS.map(({ name }) => name);
  if (word.startsWith("-")) return usage("the first argument must be a command", `options come after the command: agentmail-webhooks verify --json`);
  const meant = nearest(word, names);
  return usage(`there is no command ${word}`, meant ? `did you mean ${meant}?` : `the commands: ${names.join(", ")}`);
}

function help(text, { out }) {
  for (const line of text.split("\n")) out.line(line);
  return EXIT.ok;
}

function print({ code, message, hint, details }, errors) {
  errors.line(red(bold("error")), " ", message, dim(code === "usage" ? "" : ` (${code})`));
  for (const { entry, method = "", url = "" } of details ?? []) errors.line("  --entry ", entry, "  ", method, " ", url);
  if (hint) errors.paragraph(dim("hint  "), hint);
}

// Sends genuine and forged deliveries over HTTP to a real Express server and to a real Workers runtime, both
// with the packed package, and prints what the applications saw. This process never loads the package.

import { once } from "node:events";
import { request } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { deliveries, newSecret } from "./deliveries.mjs";
import { WIDTH, bold, dim, fold, green, red, show } from "./print.mjs";
import { startExpress, startWorker } from "./servers.mjs";

const secret = newSecret();
const sent = deliveries(secret);
let failures = 0;

// The output may go to `head`, which closes the pipe early.
process.stdout.on("error", () => process.exit(1));
setTimeout(() => {
  console.error("the demo took more than 90 seconds: something hangs");
  process.exit(1);
}, 90_000).unref();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

fold(
  "",
  `Whoever knows the URL of a webhook can post to it. So the application has to find out which deliveries are from
  AgentMail, unchanged and recent, and only then read them: that is what agentmail-webhooks does. Here two
  applications, each of about twenty lines, get ${sent.genuine.length} genuine deliveries over HTTP, signed by Svix's own
  library as AgentMail signs them, and ${sent.forged.length} forgeries. What stands indented below each is what the
  application saw, out of its own log.`,
);
try {
  const express = await demonstrate(startExpress);
  const worker = await demonstrate(startWorker, express);
  console.log();
  fold(
    failures ? red("✗ ") : green("✓ "),
    `${express.asExpected} of ${express.seen.length} as expected in ${express.name}, ${worker.asExpected} of
    ${worker.seen.length} in ${worker.name}. ${failures ? "" : "Both saw the same events, field for field."}`,
  );
} catch (error) {
  failures += 1;
  console.log(`\n${red("✗")} ${error.message}`);
}
process.exitCode = failures ? 1 : 0;

async function demonstrate(start, other) {
  const server = await start(secret);
  try {
    return { name: server.name, ...(await visit(server, other)) };
  } finally {
    await server.stop();
  }
}

/** Sends everything to one server. */
async function visit(server, other) {
  console.log(`\n${bold(`── ${server.name} ${"─".repeat(WIDTH - 4 - server.name.length)}`)}`);
  console.log(dim(`   ${server.source} at ${server.url}`));
  const seen = [];
  let asExpected = 0;
  for (const [heading, list] of Object.entries(sent)) {
    console.log(`\n  ${bold(heading)}`);
    for (const delivery of list) {
      const { status, text } = await post(server.url, delivery);
      const entry = await server.next().catch((error) => {
        throw new Error(`${delivery.title}: ${error.message}\nThe answer was ${status}: ${inShort(text)}`);
      });
      const problems = check(delivery.expected, status, entry);
      const before = other?.seen[seen.length];
      if (before) differences(`in the log, unlike ${other.name}`, comparable(before), comparable(entry), problems);
      seen.push(entry);
      if (problems.length === 0) asExpected += 1;
      failures += problems.length;

      console.log(`\n  ${problems.length ? red("✗") : green("✓")} ${delivery.title}`);
      // Leaves out a hint that the other server has shown.
      show(status, entry, { hint: entry.hint !== before?.hint });
      for (const problem of problems) fold(red("✗ "), problem, "      ", red);
    }
  }
  return { asExpected, seen };
}

/** Returns the differences from the expected outcome. */
function check(expected, status, entry) {
  const outcome = (status, code) => `${status} ${code ?? "accepted"}`;
  const [wanted, found] = [outcome(expected.status, expected.code), outcome(status, entry.code)];
  if (found !== wanted) return [`expected ${wanted}, found ${found}`];
  const problems = [];
  if (expected.code === undefined) {
    differences("event", expected.event, entry.event, problems);
    differences("idempotencyKey", expected.idempotencyKey, entry.idempotencyKey, problems);
  } else {
    differences("status of the error", expected.status, entry.status, problems);
    if (!entry.message) problems.push("the error has no message");
    if (!entry.hint) problems.push("the error has no hint");
  }
  if (JSON.stringify(entry).includes(secret)) problems.push("the secret is in the log");
  return problems;
}

/** Returns what must be the same in every runtime: all but the age of a delivery, which depends on the moment. */
function comparable(entry) {
  return { ...entry, message: entry.message?.replace(/\d+ s before now/, "… before now") };
}

/** Compares the leaves one by one, so that a difference is named by its path. */
function differences(path, wanted, found, problems) {
  const isObject = (value) => typeof value === "object" && value !== null;
  if (isObject(wanted) && isObject(found) && Array.isArray(wanted) === Array.isArray(found)) {
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
      differences(`${path}.${name}`, wanted[name], found[name], problems);
    }
  } else if (!isDeepStrictEqual(wanted, found)) {
    problems.push(`${path}: expected ${inShort(wanted)}, found ${inShort(found)}`);
  }
}

function inShort(value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

async function post(url, { payload, headers }) {
  const outgoing = request(url, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", "content-length": payload.length, ...headers },
    timeout: 10_000,
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error(`${url} did not answer for 10 s`)));
  outgoing.end(payload);
  const [response] = await once(outgoing, "response");
  return { status: response.statusCode, text: Buffer.concat(await response.toArray()).toString() };
}

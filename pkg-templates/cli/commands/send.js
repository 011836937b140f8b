// Sends a signed delivery to an endpoint, retries of it, or forgeries that the endpoint must refuse.

import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "agentmail-webhooks/explain";
import { deliveriesOf, payloads } from "../deliveries.js";
import { EXIT, usage } from "../failure.js";
import { FORGERIES } from "../forgeries.js";
import { post, textOf } from "../http.js";
import { REQUEST_OPTIONS, httpUrl, integer, webhookOptions } from "../input.js";
import { bold, dim, green, red } from "../print.js";
import { SAMPLE_OPTIONS } from "../samples.js";
import { SECRET_OPTIONS, usableSecrets } from "../secrets.js";

const KINDS = Object.entries(FORGERIES);

export const send = {
  name: "send",
  summary: "sends a signed delivery, retries or forgeries to your endpoint",
  most: 1,
  options: {
    ...SECRET_OPTIONS,
    ...SAMPLE_OPTIONS,
    ...REQUEST_OPTIONS,
    body: { type: "string" },
    id: { type: "string" },
    repeat: { type: "string" },
    interval: { type: "string" },
    tamper: { type: "string" },
    timeout: { type: "string" },
  },
  help: `agentmail-webhooks send URL

Sends a delivery, signed with the (first) secret, and prints the response. Does not follow redirects.
Exit code 0: the status is 2xx (for a forgery: 4xx); 1: another status; 3: no response.

  agentmail-webhooks send http://127.0.0.1:3000/webhooks
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --event message.bounced
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --event all   # every event, including an unknown one
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --merge '{"message": {"subject": "Hello"}}'
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --request request.txt   # send a saved delivery again
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --repeat 3     # handled once? see your log
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --tamper all   # every forgery refused?

Payload:
  --event TYPE        a sample, default message.received; "all" sends every event
                      ("agentmail-webhooks events" lists them)
  --merge JSON        changes to the sample
  --dialect NAME      the form of the sample: 000, 001, 002 or 004
  --body FILE         your own body instead
  --request FILE      the body of a saved request instead, signed again: a raw HTTP request, a HAR file,
                      a curl command, or a file of "listen --save"
  --entry N           the number of the request in a file with several, from 1

Delivery:
  --id ID             the sender's identifier of the delivery, default random
  --repeat N          N attempts with one id, each signed again, like the retries of a sender
  --interval S        seconds between attempts, default 0
  --timeout S         seconds to wait for a response, default 30
  --scheme NAME       standard, timestamped or body
  --secret-file FILE  the secret on its first line, instead of AGENTMAIL_WEBHOOK_SECRET
  --json              {"attempt", "tamper", "url", "id", "event_type", "status", "milliseconds",
                      "answer", "expected"} on each line; "answer" is text, or null

  --tamper KIND       a forgery. First check that a genuine delivery is accepted
${KINDS.map(([name, { about }]) => `                      ${name.padEnd(10)} ${about}`).join("\n")}
                      all        every forgery`,

  async run({ values, positionals, io }) {
    if (positionals.length === 0) throw usage("there is no URL", "agentmail-webhooks send http://127.0.0.1:3000/webhooks");
    const url = httpUrl(positionals[0]);
    const options = sendOptions(values);
    const contents = await payloads(values, io);
    const [secret] = await usableSecrets(values, io);
    const webhook = new Webhook(secret, webhookOptions(values));
    const scheme = values.scheme ?? "standard";
    const deliveries = contents.flatMap((content) => deliveriesOf(content, { ...options, webhook, secret, scheme, id: values.id }));

    if (!values.json) heading(io.out, url, deliveries);
    let isFine = true;
    for (const [index, { make, ...what }] of deliveries.entries()) {
      if (index > 0 && options.interval > 0) await wait(options.interval * 1000);
      const { headers, body } = make();
      const answer = await post(url, { headers: { "content-type": "application/json", ...headers }, body }, options.timeout);
      const expected = answer.status >= (what.tamper ? 400 : 200) && answer.status < (what.tamper ? 500 : 300);
      isFine &&= expected;
      const result = { attempt: what.attempt, tamper: what.tamper, url: url.href, id: what.id, event_type: what.event_type, ...seen(answer), expected };
      if (values.json) io.out.json(result);
      else print(io.out, result, answer, { name: nameOf(what, options, contents), isOne: deliveries.length === 1 });
    }
    return isFine ? EXIT.ok : EXIT.refused;
  },
};

function sendOptions({ repeat, interval, timeout, tamper, event, id }) {
  const whole = (name, text, unless) => (text === undefined ? unless : integer(name, text));
  const options = { attempts: whole("--repeat", repeat, 1), interval: whole("--interval", interval, 0), timeout: whole("--timeout", timeout, 30), tamper };
  if (options.attempts === 0) throw usage("--repeat is not 1 or more");
  if (options.timeout === 0) throw usage("--timeout is not 1 or more");
  if (tamper !== undefined && repeat !== undefined) throw usage("--repeat and --tamper cannot be combined");
  if (event === "all" && tamper !== undefined) throw usage("--tamper takes one event, not all of them");
  if (event === "all" && id !== undefined) throw usage("--id needs a single event");
  return options;
}

function seen({ status, milliseconds, body }) {
  return { status, milliseconds, answer: textOf(body) ?? null };
}

function heading(out, url, deliveries) {
  const types = new Set(deliveries.map(({ event_type }) => event_type));
  const [{ event_type, id }] = deliveries;
  if (types.size > 1) out.line(dim("POST "), url.href, "  ", bold(`${types.size} events`));
  else out.line(dim("POST "), url.href, "  ", bold(event_type ?? "a body of your own"), "  ", id ?? "");
}

/** Describes how a delivery differs from the others. */
function nameOf({ attempt, tamper, event_type }, { attempts }, contents) {
  if (tamper !== null) return `${tamper.padEnd(10)} `;
  const width = Math.max(...contents.map(({ eventType }) => (eventType ?? "").length));
  const type = contents.length > 1 ? `${event_type.padEnd(width)}  ` : "";
  return attempts > 1 ? `${type}attempt ${attempt}  ` : type;
}

function print(out, { tamper, status, milliseconds, answer, expected }, { statusText, body }, { name, isOne }) {
  const style = expected ? green : red;
  const verdict = verdictOf({ tamper, status, expected });
  out.line(name, style(bold(`${status} ${statusText}`)), dim(`  in ${milliseconds} ms`), verdict && "  ", style(verdict));
  if (tamper !== null && !expected) out.line(dim("           "), FORGERIES[tamper].about);
  if (answer === null) out.line(dim(`  ${body.length} bytes, not text`));
  // For forgeries, the verdict is enough.
  else if (answer !== "" && (tamper === null || isOne)) lines(answer).forEach((line) => out.line("  ", line));
  const hint = tamper === null ? HINTS[status] : undefined;
  if (hint && isOne) out.paragraph(dim("hint  "), hint);
}

/** The hints for statuses of genuine deliveries that were not handled. */
const HINTS = {
  400: "is this the path of your webhook, and does it verify the scheme of this signature?",
  401: "the endpoint refuses genuine deliveries: does it have another secret, or does it verify something other than the raw body?",
  404: "does your webhook have another path?",
  405: "is this the path of your webhook, and does it accept POST?",
  413: "the body exceeds the limit of the endpoint or of a proxy",
  500: "see the log of the endpoint",
};

function verdictOf({ tamper, status, expected }) {
  if (tamper === null) return expected ? "" : status < 400 ? "not handled: redirects are not followed" : "";
  if (expected) return "refused, as it should be";
  return status < 300 ? "ACCEPTED: a forgery must be refused" : "neither accepted nor refused: expected 4xx";
}

const MOST_LINES = 10;
const MOST_LETTERS = 300;

function lines(text) {
  const all = text.trimEnd().split("\n");
  const shown = all.slice(0, MOST_LINES).map((line) => (line.length > MOST_LETTERS ? `${line.slice(0, MOST_LETTERS)}…` : line));
  return all.length > MOST_LINES ? [...shown, "…"] : shown;
}

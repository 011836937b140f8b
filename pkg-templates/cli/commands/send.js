// A signed delivery to an endpoint; the same again, as a sender retries; forgeries, which it has to refuse.

import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "agentmail-webhooks";
import { EXIT, usage } from "../failure.js";
import { FORGERIES, forgeriesFor } from "../forgeries.js";
import { post, textOf } from "../http.js";
import { httpUrl, integer, readBytes, webhookOptions } from "../input.js";
import { bold, dim, green, red } from "../print.js";
import { SAMPLE_OPTIONS, samplePayload } from "../samples.js";
import { SECRET_OPTIONS, secrets } from "../secrets.js";

const KINDS = Object.entries(FORGERIES);

export const send = {
  name: "send",
  summary: "sends a signed delivery, retries or forgeries to your endpoint",
  most: 1,
  options: {
    ...SECRET_OPTIONS,
    ...SAMPLE_OPTIONS,
    body: { type: "string" },
    id: { type: "string" },
    repeat: { type: "string" },
    interval: { type: "string" },
    tamper: { type: "string" },
    timeout: { type: "string" },
  },
  help: `agentmail-webhooks send URL

Sends a delivery, signed with the (first) secret, and prints what the endpoint answered. Only to the URL that you
give; redirects are not followed. Exit code 0: it answered 2xx (a forgery: 4xx); 1: otherwise; 3: no answer.

  agentmail-webhooks send http://127.0.0.1:3000/webhooks
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --event message.bounced
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --merge '{"message": {"subject": "Hello"}}'
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --repeat 3     # is it handled once?
  agentmail-webhooks send http://127.0.0.1:3000/webhooks --tamper all   # is each forgery refused?

  --event TYPE    message.received unless set: "agentmail-webhooks events" lists them
  --merge JSON    what to change in the sample    --dialect NAME  how it is written: 000, 001, 002 or 004
  --body FILE     a body of your own instead
  --id ID         the sender's identifier of the delivery, random unless set
  --repeat N      send it N times under one id, each signed anew, as senders retry
  --interval S    seconds between them: 0
  --tamper KIND   send a forgery:
${KINDS.map(([name, { about }]) => `                    ${name.padEnd(10)} ${about}`).join("\n")}
                    all        each of them
  --timeout S     seconds to wait for an answer: 30
  --scheme NAME   standard, timestamped or body   --secret-file FILE
  --json          {"attempt", "tamper", "url", "id", "event_type", "status", "milliseconds", "answer", "expected"}
                  on each line; "answer" is text, or null`,

  async run({ values, positionals, io }) {
    if (positionals.length === 0) throw usage("there is no URL", "agentmail-webhooks send http://127.0.0.1:3000/webhooks");
    const url = httpUrl(positionals[0]);
    const { scheme = "standard", tamper } = values;
    const attempts = values.repeat === undefined ? 1 : integer("--repeat", values.repeat);
    const interval = values.interval === undefined ? 0 : integer("--interval", values.interval);
    const timeout = values.timeout === undefined ? 30 : integer("--timeout", values.timeout);
    if (attempts === 0) throw usage("--repeat is not 1 or more");
    if (timeout === 0) throw usage("--timeout is not 1 or more");
    if (tamper !== undefined && values.repeat !== undefined) throw usage("--repeat is for genuine deliveries, and --tamper for forgeries");
    const content = await payload(values, io);
    const [secret] = await secrets(values, io);
    const webhook = new Webhook(secret, webhookOptions(values));
    const id = values.id ?? `msg_${hex(12)}`;
    const what = { id: scheme === "standard" ? id : null, event_type: content.eventType };
    const sign = (body, options) => webhook.sign(body, { id, ...options });

    const deliveries = [];
    if (tamper === undefined) {
      const genuine = () => ({ headers: sign(content.body), body: content.body });
      for (let attempt = 1; attempt <= attempts; attempt++) deliveries.push({ attempt, tamper: null, make: genuine });
    } else {
      // Bytes that are no text would not be those of the file any more.
      if (typeof content.body !== "string") throw usage("the body to be forged is not text in UTF-8");
      const material = () => ({ sign, scheme, secret, body: content.body, id, now: Math.floor(Date.now() / 1000) });
      for (const kind of kinds(tamper, scheme)) {
        deliveries.push({ attempt: 1, tamper: kind, make: () => FORGERIES[kind].make(material()) });
      }
    }

    if (!values.json) io.out.line(dim("POST "), url.href, "  ", bold(what.event_type ?? "a body of your own"), "  ", what.id ?? "");
    let isFine = true;
    for (const [index, { attempt, tamper: kind, make }] of deliveries.entries()) {
      if (index > 0 && interval > 0) await wait(interval * 1000);
      const { headers, body } = make();
      const answer = await post(url, { headers: { "content-type": "application/json", ...headers }, body }, timeout);
      const expected = answer.status >= (kind ? 400 : 200) && answer.status < (kind ? 500 : 300);
      isFine &&= expected;
      const result = { attempt, tamper: kind, url: url.href, ...what, ...seen(answer), expected };
      if (values.json) io.out.json(result);
      else print(io.out, result, answer, { isOne: deliveries.length === 1 });
    }
    return isFine ? EXIT.ok : EXIT.refused;
  },
};

/** A sample is made fresh: who remembers its id has not seen this one. */
async function payload(values, io) {
  if (values.body !== undefined) {
    if (values.event !== undefined || values.merge !== undefined) throw usage("--body and a sample are one too many");
    const bytes = await readBytes(values.body, io);
    return { body: textOf(bytes) ?? bytes, eventType: null };
  }
  const eventType = values.event ?? "message.received";
  const fresh = eventType === "mail.received" ? { message_id: `msg-${hex(6)}` } : { event_id: `evt_${hex(6)}` };
  return { body: samplePayload({ ...values, event: eventType }, fresh), eventType };
}

function kinds(tamper, scheme) {
  const possible = forgeriesFor(scheme);
  if (tamper === "all") return possible;
  if (!Object.hasOwn(FORGERIES, tamper)) throw usage(`there is no forgery ${tamper}`, `--tamper takes ${Object.keys(FORGERIES).join(", ")} or all`);
  if (!possible.includes(tamper)) throw usage(`scheme ${scheme} signs nothing that "${tamper}" could bend`);
  return [tamper];
}

function hex(length) {
  return randomBytes(length).toString("hex");
}

function seen({ status, milliseconds, body }) {
  return { status, milliseconds, answer: textOf(body) ?? null };
}

function print(out, { attempt, tamper, status, milliseconds, answer, expected }, { statusText, body }, { isOne }) {
  const style = expected ? green : red;
  const verdict = verdictOf({ tamper, status, expected });
  const what = tamper === null ? (isOne ? "" : `attempt ${attempt}  `) : `${tamper.padEnd(10)} `;
  out.line(what, style(bold(`${status} ${statusText}`)), dim(`  in ${milliseconds} ms`), verdict && "  ", style(verdict));
  if (tamper !== null && !expected) out.line(dim("           "), FORGERIES[tamper].about);
  if (answer === null) out.line(dim(`  ${body.length} bytes that are no text`));
  // Of forgeries, the verdict says it all.
  else if (answer !== "" && (tamper === null || isOne)) lines(answer).forEach((line) => out.line("  ", line));
}

function verdictOf({ tamper, status, expected }) {
  if (tamper === null) return expected ? "" : status < 400 ? "it is not handled here: redirects are not followed" : "";
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

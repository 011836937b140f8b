// Prints headers that verify, for a payload or a sample.

import { Webhook } from "agentmail-webhooks/explain";
import { Failure, usage } from "../failure.js";
import { textOf } from "../http.js";
import { REQUEST_OPTIONS, httpUrl, readPayload, time, webhookOptions } from "../input.js";
import { SAMPLE_OPTIONS, samplePayload } from "../samples.js";
import { SECRET_OPTIONS, usableSecrets } from "../secrets.js";
import { quote } from "../shell.js";

export const sign = {
  name: "sign",
  summary: "signs a payload: prints headers, a request or a curl command",
  most: 1,
  options: {
    ...SECRET_OPTIONS,
    ...SAMPLE_OPTIONS,
    ...REQUEST_OPTIONS,
    id: { type: "string" },
    timestamp: { type: "string" },
    curl: { type: "string" },
  },
  help: `agentmail-webhooks sign [PAYLOAD]

Signs a payload with the (first) secret. PAYLOAD is a file with a body, or standard input. --event uses a
sample instead.

  agentmail-webhooks sign body.json                          # the headers
  agentmail-webhooks sign body.json --curl http://127.0.0.1:3000/webhooks
  agentmail-webhooks sign --event message.bounced            # a whole HTTP request
  agentmail-webhooks sign --request request.txt              # headers for the body of a saved request
  agentmail-webhooks sign --event message.bounced --json | agentmail-webhooks verify

  --event TYPE        a sample of an event: "agentmail-webhooks events" lists them
  --merge JSON        changes to the sample: '{"message": {"subject": "Hello"}}'
  --dialect NAME      the form of the sample: 000, 001, 002 or 004
  --request FILE      the body of a saved request instead
  --entry N           the number of the request in a file with several, from 1
  --id ID             the sender's identifier of the delivery, default random
  --timestamp TIME    the time of the signature, unix seconds or ISO 8601, default now
  --scheme NAME       standard, timestamped or body
  --curl URL          print a curl command (for bash, zsh and the like)
  --secret-file FILE  the secret on its first line, instead of AGENTMAIL_WEBHOOK_SECRET
  --json              {"headers": {…}, "body": "…"}, with "isBase64Encoded": true if the body is not text`,

  async run({ values, positionals, io }) {
    const [path] = positionals;
    const isSample = values.event !== undefined;
    if (isSample && (path ?? values.request) !== undefined) throw usage("give either a payload or --event");
    if (!isSample && (values.merge ?? values.dialect) !== undefined) throw usage("--merge and --dialect are for a sample", "--event makes one");
    const body = isSample ? samplePayload(values) : await readPayload(values, positionals, io);
    const url = values.curl === undefined ? undefined : httpUrl(values.curl);
    const webhook = new Webhook(await usableSecrets(values, io), webhookOptions(values));
    const signed = webhook.sign(body, {
      ...(values.id !== undefined && { id: values.id }),
      ...(values.timestamp !== undefined && { timestamp: time("--timestamp", values.timestamp) }),
    });
    const headers = { "content-type": "application/json", ...signed };
    if (values.json) io.out.json({ headers, ...jsonBody(body) });
    else if (url) io.out.raw(`${curl(url, headers, body, path)}\n`);
    else printRequest(io.out, headers, isSample ? body : undefined);
  },
};

/** Prints only the headers for a payload of the user, and the whole request for a sample. */
function printRequest(out, headers, body) {
  if (body !== undefined) out.line("POST /webhooks HTTP/1.1");
  for (const [name, value] of Object.entries(headers)) out.line(name, ": ", value);
  if (body === undefined) return;
  out.line("content-length: ", Buffer.byteLength(body));
  out.line("");
  // A sample was escaped before it was signed.
  out.line(body);
}

function jsonBody(body) {
  const text = typeof body === "string" ? body : textOf(body);
  return text === undefined ? { body: Buffer.from(body).toString("base64"), isBase64Encoded: true } : { body: text };
}

function curl(url, headers, body, path) {
  // curl reads a file itself; a payload from a pipe, or a sample, is in the command.
  const data = path === undefined || path === "-" ? ["--data-raw", inline(body)] : ["--data-binary", quote(`@${path}`)];
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  // Prints the status, because most responses have no body. `-g`, because [1-3] and {a,b} are parts of the URL.
  return [`curl -i -g ${quote(url.href)}`, ...lines, data.join(" ")].join(" \\\n  ");
}

function inline(body) {
  const bytes = Buffer.from(body);
  if (bytes.includes(0)) throw new Failure("usage", "no command can hold a NUL byte", { hint: "pass the payload as a file, which curl can read" });
  return quote(bytes);
}

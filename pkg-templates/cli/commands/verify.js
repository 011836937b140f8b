// Verifies a saved delivery.

import { Webhook } from "agentmail-webhooks/explain";
import { detail } from "../../adapters/detail.js";
import { EXIT, told } from "../failure.js";
import { DELIVERY_OPTIONS, readDelivery, webhookOptions } from "../input.js";
import { bold, dim, green, red, yellow } from "../print.js";
import { SECRET_OPTIONS, usableSecrets } from "../secrets.js";

export const verify = {
  name: "verify",
  summary: "verifies a saved delivery and shows its event",
  most: 1,
  options: { ...DELIVERY_OPTIONS, ...SECRET_OPTIONS, tolerance: { type: "string" }, now: { type: "string" } },
  help: `agentmail-webhooks verify [REQUEST]

Verifies a saved delivery and parses it, as an endpoint does. Exit code 0: genuine; 1: refused.

REQUEST is a file, or standard input: a raw HTTP request, a HAR file, a curl command, a copied fetch call, or
JSON with headers and body (from ngrok, webhook.site, Postman, Lambda, or "sign --json").

  agentmail-webhooks verify request.txt
  pbpaste | agentmail-webhooks verify                  # "copy as cURL" of a browser or a tunnel
  agentmail-webhooks verify session.har --entry 3      # the third request of several
  agentmail-webhooks verify --headers headers.txt --body body.json
  agentmail-webhooks verify old.txt --now 2026-03-02T09:15:00Z

  --headers FILE      the headers, one "name: value" on each line
  --body FILE         the raw body
  --entry N           the number of the request in a file with several, from 1
  --now TIME          verify an old delivery at this time, unix seconds or ISO 8601
  --tolerance S       maximum difference between timestamp and now, in seconds, default 300
  --scheme NAME       standard, timestamped or body
  --secret-file FILE  one secret on each line, instead of AGENTMAIL_WEBHOOK_SECRET, _2, …
  --json              {"verified": true, "scheme", "id", "timestamp", "secretIndex", "idempotencyKey",
                      "event", "warnings", "notes"} or
                      {"verified": …, "error": {"code", "status", "message", "hint"}, "notes"}`,

  async run({ values, positionals, io }) {
    const { headers, body, notes } = await readDelivery(values, positionals, io);
    const webhook = new Webhook(await usableSecrets(values, io), webhookOptions(values));
    const { verified, delivery, error } = receive(webhook, body, headers);
    if (values.json) {
      io.out.json(delivery ? { verified, ...delivery, notes } : { verified, error, notes });
    } else {
      print(io.out, { verified, delivery, error });
      if (error?.code === "timestamp_too_old" && values.now === undefined) sayWhen(io.out, headers);
      for (const note of notes) io.errors.line(dim("note  "), note);
    }
    return delivery ? EXIT.ok : EXIT.refused;
  },
};

/** Returns `{ verified, delivery }` or `{ verified, error }`. Throws errors that are not about the delivery. */
export function receive(webhook, body, headers) {
  try {
    return { verified: true, delivery: webhook.receive(body, headers) };
  } catch (thrown) {
    const { exit, code, status, message, hint } = told(thrown);
    if (exit !== EXIT.refused) throw thrown;
    return { verified: thrown.verified !== undefined, error: { code, status, message, hint } };
  }
}

function print(out, { verified, delivery, error }) {
  if (error) {
    out.line(red(bold(verified ? "genuine, but refused" : "refused")), "  ", bold(`${error.status} ${error.code}`));
    out.line("  ", detail(error));
    out.paragraph(dim("  hint  "), error.hint);
    if (!verified) out.line(dim("  why?  "), "agentmail-webhooks explain, with the same arguments");
    return;
  }
  const { event, scheme, id, timestamp, secretIndex, idempotencyKey, warnings } = delivery;
  out.line(green(bold("genuine")), "  ", bold(event.event_type), event.event_type === "unknown" ? ` (${event.wire_type})` : "");
  const rows = [["scheme", scheme]];
  if (id !== undefined) rows.push(["id", id]);
  if (timestamp !== undefined) rows.push(["timestamp", `${timestamp} ${iso(timestamp)}`]);
  if (event.event_id !== undefined) rows.push(["event_id", event.event_id]);
  out.table([...rows, ["idempotency key", idempotencyKey], ["secret", `${secretIndex}, counted from 0`]]);
  for (const warning of warnings) out.line(yellow("  warning  "), warning);
}

/** Suggests --now for a delivery that was saved long ago. */
function sayWhen(out, headers) {
  const [, time] = headers.find(([name, value]) => /-timestamp$/i.test(name) && /^\d{1,15}$/.test(value)) ?? [];
  if (time) out.line(dim("  saved long ago?  "), `--now ${time}`, " verifies it at the time it was sent");
}

function iso(unixSeconds) {
  const date = new Date(unixSeconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : `(${date.toISOString()})`;
}

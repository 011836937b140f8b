// The deliveries that "send" sends: samples, payloads, saved requests, and retries and forgeries of them.

import { randomBytes } from "node:crypto";
import { EVENT_TYPES } from "agentmail-webhooks/testing";
import { nearest } from "../adapters/nearest.js";
import { usage } from "./failure.js";
import { FORGERIES, forgeriesFor } from "./forgeries.js";
import { textOf } from "./http.js";
import { readBytes, readPayload } from "./input.js";
import { samplePayload } from "./samples.js";

/** Returns the payloads to send, `[{ body, eventType }]`. Samples get new ids, so that a store does not treat them as duplicates. */
export async function payloads(values, io) {
  const { body, request, event = "message.received" } = values;
  if (body !== undefined || request !== undefined) {
    const others = [body, request, values.event, values.merge, values.dialect].filter((value) => value !== undefined);
    if (others.length > 1) throw usage("give only one of --body, --request and --event");
    const bytes = body === undefined ? await readPayload(values, [], io) : await readBytes(body, io);
    return [{ body: textOf(bytes) ?? bytes, eventType: null }];
  }
  const fresh = (eventType) => (eventType === "mail.received" ? { message_id: `msg-${hex(6)}` } : { event_id: `evt_${hex(6)}` });
  const eventTypes = event === "all" ? EVENT_TYPES : [event];
  return eventTypes.map((eventType) => ({ body: samplePayload({ ...values, event: eventType }, fresh(eventType)), eventType }));
}

/** Returns a delivery and its retries, or its forgeries. Each is signed when it is sent. */
export function deliveriesOf(content, { attempts, tamper, webhook, secret, scheme, id = `msg_${hex(12)}` }) {
  const { body } = content;
  const what = { id: scheme === "standard" ? id : null, event_type: content.eventType };
  const sign = (payload, options) => webhook.sign(payload, { id, ...options });
  if (tamper === undefined) {
    const make = () => ({ headers: sign(body), body });
    return Array.from({ length: attempts }, (_, at) => ({ attempt: at + 1, tamper: null, ...what, make }));
  }
  // Bytes that are not text would be changed.
  if (typeof body !== "string") throw usage("--tamper needs a body in UTF-8");
  const material = () => ({ sign, scheme, secret, body, id, now: Math.floor(Date.now() / 1000) });
  return kinds(tamper, scheme).map((kind) => ({ attempt: 1, tamper: kind, ...what, make: () => FORGERIES[kind].make(material()) }));
}

function kinds(tamper, scheme) {
  const possible = forgeriesFor(scheme);
  if (tamper === "all") return possible;
  if (!Object.hasOwn(FORGERIES, tamper)) {
    const meant = nearest(tamper, Object.keys(FORGERIES));
    throw usage(`there is no forgery ${tamper}`, meant ? `did you mean ${meant}?` : `--tamper takes ${Object.keys(FORGERIES).join(", ")} or all`);
  }
  if (!possible.includes(tamper)) throw usage(`scheme ${scheme} has no forgery ${tamper}`);
  return [tamper];
}

function hex(length) {
  return randomBytes(length).toString("hex");
}

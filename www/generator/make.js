// Signed samples, genuine or with something wrong, in any dialect and scheme.

import { EVENT_TYPES, sample } from "agentmail-webhooks/testing";
import { encode } from "../delivery/body.js";
import { Webhook } from "../library.js";

export { EVENT_TYPES };

/** Made up: they stand in the page for all to read. */
export const DEMO_SECRETS = {
  standard: "whsec_cGxheWdyb3VuZC1kZW1vLXNlY3JldC0wMQ==",
  timestamped: "playground-demo-secret-02",
  body: "playground-demo-secret-03",
};
const OTHER_SECRETS = {
  standard: "whsec_cGxheWdyb3VuZC1vdGhlci1zZWNyZXQtMDQ=",
  timestamped: "playground-other-secret-05",
  body: "playground-other-secret-06",
};

/** Returns `true` if a secret is a public one for samples. */
export function isMadeUp(secret) {
  return [DEMO_SECRETS, OTHER_SECRETS].some((secrets) => Object.values(secrets).includes(secret.trim()));
}

/** AgentMail's documents do not agree: each is a dialect. */
export const DIALECTS = {
  reference: { name: "Event reference and SDK", note: "from: \"Name <a@b>\"" },
  "000": { name: "Guide", note: "from: [{ name, email }], attachments with their content" },
  "001": { name: "Skill page", note: "from: [{ name, email }], created_at alone, thread {}" },
  "002": { name: "Overview", note: "from_: [\"a@b\"], no thread" },
  "004": { name: "Event reference", note: "fewer fields than the SDK has" },
};

/** The faults, each with one cause. */
export const FAULTS = {
  none: { name: "Nothing: it is genuine" },
  rotation: { name: "Nothing: the secret is in rotation", rotates: true },
  forged: { name: "The body was changed", sent: (body) => body.replace(/example\.com/, "example.net") },
  rewritten: { name: "JSON was parsed and written again", sent: (body) => JSON.stringify(JSON.parse(body), null, 2) },
  newline: { name: "A line break was added to the body", sent: (body) => `${body}\n` },
  secret: { name: "The secret belongs to another endpoint", signs: (scheme) => OTHER_SECRETS[scheme] },
  space: { name: "The secret was copied with a space", configured: (secret) => `${secret} ` },
  old: { name: "The delivery is 20 minutes old", age: 1200 },
  future: { name: "The delivery is 20 minutes early", age: -1200 },
  milliseconds: { name: "The clock is in milliseconds", factor: 1000 },
  missing: { name: "A proxy dropped the signature", headers: (pairs) => pairs.filter(([name]) => !name.endsWith("-signature")) },
  twice: { name: "The signature is repeated with another value", headers: (pairs) => [...pairs, [pairs.at(-1)[0], pairs.at(-1)[1].replace(/.{8}=?$/, "AAAAAAA=")]] },
  unsigned: { name: "The sender has no secret", headers: () => [["X-AgentMail-Unsigned", "1"]] },
};

/** The dialects in which an event looks different. */
export function dialectsOf(eventType) {
  const usual = JSON.stringify(sample(eventType));
  const differs = (dialect) => dialect !== "reference" && JSON.stringify(sample(eventType, undefined, { dialect })) !== usual;
  return ["reference", ...Object.keys(DIALECTS).filter(differs)];
}

/** The faults that a scheme can have: `body` carries no time. */
export function faultsOf(scheme) {
  return Object.keys(FAULTS).filter((fault) => scheme !== "body" || !(FAULTS[fault].age || FAULTS[fault].factor));
}

/**
 * @param {{ eventType: string, dialect: string, scheme: string, secret: string, fault: string, overrides?: object }} wanted
 * @param {number} now unix seconds
 * @throws {WebhookError} if the secret is none
 */
export function make({ eventType, dialect, scheme, secret, fault, overrides }, now) {
  const { sent, signs, configured, headers, rotates, age = 0, factor = 1 } = FAULTS[fault];
  const event = sample(eventType, overrides, { dialect: dialect === "reference" ? undefined : dialect });
  const body = JSON.stringify(event);
  const timestamp = (now - age) * factor;
  const sign = (key) => Object.entries(new Webhook({ secret: key, scheme }).sign(body, { id: idOf(event), timestamp }));
  let pairs = sign(signs?.(scheme) ?? secret);
  let secrets = [{ secret: configured?.(secret) ?? secret, scheme }];
  if (rotates) {
    const next = { secret: OTHER_SECRETS[scheme], scheme };
    secrets = [next, ...secrets];
    // While both are valid, a sender may sign with both.
    if (scheme === "standard") pairs = pairs.map(([name, value], index) => [name, index < 2 ? value : `${sign(next.secret)[2][1]} ${value}`]);
  }
  const all = [["content-type", "application/json"], ...(headers?.(pairs) ?? pairs)];
  return { event, pairs: all, body: encode(sent?.(body) ?? body), secrets };
}

/** Readable, and without a dot. */
function idOf({ event_id, message_id }) {
  return `msg_${String(event_id ?? message_id).replaceAll(/\W+/g, "")}`;
}

// Both ways with the libraries that senders and receivers use: they sign and we verify, we sign and
// they verify.

import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import * as library from "agentmail-webhooks";
import * as standardwebhooks from "standardwebhooks";
import * as svix from "svix";
import { ok, refused, same } from "../suite/assert.mjs";

const peers = { svix: svix.Webhook, standardwebhooks: standardwebhooks.Webhook };
const SETS = { svix: "svix", standardwebhooks: "webhook" };
const SECRETS = [16, 24, 32, 64].map((length) => `whsec_${Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length) % 256)).toString("base64")}`);
const IDS = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "a", "0", "evt-1_2", "7f1d9c1e-2f6b-4d53-8e1c-1f5b0a8f6f0e", "a b", "a,b", "a:b/c?d=e&f", "x".repeat(200)];
const PAYLOADS = ["{}", '{"event_type":"message.received","text":"Grüße, 東京 🙂 \\u0000"}', '"é"', "[1,2]", ` {"a" : 1}\n`, JSON.stringify({ text: "é".repeat(300_000) })];
const now = () => Math.floor(Date.now() / 1000);

const named = (set, id, timestamp, signature) => ({ [`${set}-id`]: id, [`${set}-timestamp`]: String(timestamp), [`${set}-signature`]: signature });

for (const [name, Peer] of Object.entries(peers)) {
  test(`interop: ${name} signs, we verify`, () => {
    for (const secret of SECRETS) {
      for (const id of IDS) {
        for (const payload of PAYLOADS) {
          const timestamp = now();
          const signature = new Peer(secret).sign(id, new Date(timestamp * 1000), payload);
          const headers = named(SETS[name], id, timestamp, signature);
          const expected = { scheme: "standard", id, timestamp, secretIndex: 0 };
          same(new Webhook(secret).verify(payload, headers), expected, "verification");
          same(new Webhook(secret).verify(Buffer.from(payload), headers), expected, "verification");
        }
      }
    }
  });

  test(`interop: we sign, ${name} verifies`, () => {
    for (const secret of SECRETS) {
      for (const id of IDS) {
        for (const payload of PAYLOADS) {
          const headers = new Webhook(secret).sign(payload, { id });
          same(new Peer(secret).verify(payload, rename(headers, SETS[name])), JSON.parse(payload), "what it parsed");
        }
      }
      const headers = new Webhook(secret).sign("{}");
      new Peer(secret).verify("{}", rename(headers, SETS[name]));
    }
  });

  test(`interop: both we and ${name} refuse what was tampered with`, () => {
    const [secret, other] = SECRETS;
    const payload = PAYLOADS[1];
    const good = rename(new Webhook(secret).sign(payload, { id: "msg_1" }), SETS[name]);
    const [id, timestamp, signature] = Object.keys(good);
    const flipped = good[signature].replace(/^v1,(.)/, (_, first) => `v1,${first === "A" ? "B" : "A"}`);
    const deliveries = {
      "another payload": [secret, `${payload} `, good, "signature_mismatch"],
      "another secret": [other, payload, good, "signature_mismatch"],
      "another id": [secret, payload, { ...good, [id]: "msg_2" }, "signature_mismatch"],
      "another time": [secret, payload, { ...good, [timestamp]: String(now() - 7) }, "signature_mismatch"],
      "another signature": [secret, payload, { ...good, [signature]: flipped }, "signature_mismatch"],
      "another version": [secret, payload, { ...good, [signature]: good[signature].replace("v1,", "v1a,") }, "signature_mismatch"],
      "no version": [secret, payload, { ...good, [signature]: good[signature].slice(3) }, "invalid_header"],
      "no signature": [secret, payload, without(good, signature), "missing_header"],
      "no id": [secret, payload, without(good, id), "missing_header"],
      "no time": [secret, payload, without(good, timestamp), "missing_header"],
      "no digits": [secret, payload, { ...good, [timestamp]: "today" }, "invalid_header"],
      "too old": [secret, payload, rename(new Webhook(secret).sign(payload, { timestamp: now() - 400 }), SETS[name]), "timestamp_too_old"],
      "too new": [secret, payload, rename(new Webhook(secret).sign(payload, { timestamp: now() + 400 }), SETS[name]), "timestamp_too_new"],
    };
    new Peer(secret).verify(payload, good);
    new Webhook(secret).verify(payload, good);
    for (const [what, [key, body, headers, code]] of Object.entries(deliveries)) {
      refused(library, code, () => new Webhook(key).verify(body, headers));
      ok(refuses(() => new Peer(key).verify(body, headers)), `${name} takes ${what}`);
    }
  });

  test(`interop: a rotation, as ${name} sends it`, () => {
    const [old, next] = SECRETS;
    const timestamp = now();
    const list = [next, old].map((secret) => new Peer(secret).sign("msg_1", new Date(timestamp * 1000), "{}"));
    const headers = named(SETS[name], "msg_1", timestamp, ["v1a,AAAA", ...list].join(" "));
    same(new Webhook([old]).verify("{}", headers).secretIndex, 0, "old alone");
    same(new Webhook([next, old]).verify("{}", headers).secretIndex, 0, "both");
    new Peer(next).verify("{}", headers);
  });
}

// Cases in which we are stricter, and why. If a peer becomes as strict, its line fails; delete it then.
test("interop: divergences: what svix takes and we refuse", () => {
  const [secret] = SECRETS;
  const timestamp = now();
  const signed = (id) => new svix.Webhook(secret).sign(id, new Date(timestamp * 1000), "{}");
  const divergences = {
    "an id with a dot: two deliveries would sign the same bytes": [named("svix", "m.1", timestamp, signed("m.1")), "invalid_header"],
    "text behind the timestamp: parseInt reads over it": [named("svix", "m", `${timestamp}abc`, signed("m")), "invalid_header"],
    "a fraction: it is cut off": [named("svix", "m", `${timestamp}.9`, signed("m")), "invalid_header"],
    "a sign: it is read over": [named("svix", "m", `+${timestamp}`, signed("m")), "invalid_header"],
    "white space around the timestamp": [named("svix", "m", ` ${timestamp} `, signed("m")), "invalid_header"],
    "leading zeros: signed as they are, and not as the number": [named("svix", "m", `0${timestamp}`, signed("m")), "signature_mismatch"],
    "two sets of headers that contradict: svix-* wins": [{ ...named("webhook", "other", 5, "v1,AAAA"), ...named("svix", "m", timestamp, signed("m")) }, "conflicting_headers"],
    "one set made of two": [{ "svix-id": "m", "webhook-timestamp": String(timestamp), "svix-signature": signed("m") }, "missing_header"],
    "an entry of the list without a version": [named("svix", "m", timestamp, `nonsense ${signed("m")}`), "invalid_header"],
    "more than 32 signatures: unbounded work": [named("svix", "m", timestamp, `${"v1,AAAA ".repeat(40)}${signed("m")}`), "invalid_header"],
    "text behind a signature and another comma": [named("svix", "m", timestamp, `${signed("m")},more`), "invalid_header"],
    "x-agentmail-unsigned: 1": [{ ...named("svix", "m", timestamp, signed("m")), "x-agentmail-unsigned": "1" }, "unsigned_delivery"],
  };
  for (const [why, [headers, code]] of Object.entries(divergences)) {
    ok(!refuses(() => new svix.Webhook(secret).verify("{}", headers)), `svix refuses it, too: ${why}`);
    refused(library, code, () => new Webhook(secret).verify("{}", headers));
  }
  // Keys under 16 bytes can be guessed.
  new svix.Webhook("whsec_AAAA");
  refused(library, "invalid_secret", () => new Webhook("whsec_AAAA"));
});

// Genuine deliveries on which svix fails.
test("interop: divergences: what svix refuses and we take", () => {
  const [secret] = SECRETS;
  const webhook = new Webhook(secret);
  const bytes = new Uint8Array(Buffer.from("{}"));
  webhook.verify(bytes, webhook.sign(bytes));
  ok(refuses(() => new svix.Webhook(secret).verify(bytes, webhook.sign(bytes))), "a Uint8Array that is no Buffer");
  const latin = Buffer.from([0x22, 0xe9, 0x22]);
  webhook.verify(latin, webhook.sign(latin));
  ok(refuses(() => new svix.Webhook(secret).verify(latin, webhook.sign(latin))), "bytes that are not UTF-8, decoded before they are checked");
  const web = new Headers(webhook.sign("{}"));
  webhook.verify("{}", web);
  ok(refuses(() => new svix.Webhook(secret).verify("{}", web)), "Headers, which have no own members");
});

function rename(headers, set) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace("svix", set), value]));
}

function without({ ...record }, name) {
  delete record[name];
  return record;
}

function refuses(verify) {
  try {
    verify();
    return false;
  } catch {
    return true;
  }
}

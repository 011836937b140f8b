// The peers that are measured: this library and others, each doing the same work on one delivery. `run` throws if the
// delivery is refused, and otherwise returns the event, if it parses.

import * as standardwebhooks from "standardwebhooks";
import * as svix from "svix";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { events } from "agentmail/serialization";
import { Webhook, parse } from "agentmail-webhooks";
import { KEY, expect, signedHeaders, verifyWithNodeCrypto } from "./by-hand.mjs";
import { SECRET } from "./deliveries.mjs";
import { SDK_OPTIONS } from "./receivers.mjs";

const ours = new Webhook(SECRET);
const theirs = { svix: new svix.Webhook(SECRET), standard: new standardwebhooks.Webhook(SECRET) };
const prepared = hmac.create(sha256, KEY);
/** The key for WebCrypto. The first call imports it, because a Worker may do so only within a request. */
let imported;

const sdk = (value) => events.MessageReceivedEvent.parseOrThrow(value, SDK_OPTIONS);

/** Renamed headers, cached. standardwebhooks reads only `webhook-*` headers, and its users receive only these. */
const renamed = new WeakMap();
function standardHeaders(headers) {
  if (!renamed.has(headers)) {
    const pairs = Object.entries(headers).map(([name, value]) => [name.replace("svix-", "webhook-"), value]);
    renamed.set(headers, Object.fromEntries(pairs));
  }
  return renamed.get(headers);
}

function noble({ body, headers }) {
  const { prefix, signatures } = signedHeaders(headers);
  expect(signatures, prepared.clone().update(Buffer.from(prefix)).update(body).digest());
}

async function webCrypto({ body, headers }) {
  const { prefix, signatures } = signedHeaders(headers);
  const signed = Buffer.concat([Buffer.from(prefix), body]);
  imported ??= await crypto.subtle.importKey("raw", KEY, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  expect(signatures, Buffer.from(await crypto.subtle.sign("HMAC", imported, signed)));
}

/** The text of a payload, decoded in advance, to measure a parser of text as if decoding were free. */
const decoded = new WeakMap();
function text(body) {
  if (!decoded.has(body)) decoded.set(body, body.toString());
  return decoded.get(body);
}

const PEERS = [
  { what: "verify", name: "ours", run: ({ body, headers }) => void ours.verify(body, headers) },
  { what: "verify", name: "svix", run: ({ body, headers }) => void theirs.svix.verify(body, headers), note: "with its `JSON.parse`, which cannot be switched off" },
  { what: "verify", name: "standardwebhooks", run: ({ body, headers }) => void theirs.standard.verify(body, standardHeaders(headers), { jsonParse: false }) },
  { what: "verify", name: "node:crypto", run: ({ body, headers }) => verifyWithNodeCrypto(body, headers) },
  { what: "verify", name: "WebCrypto", run: webCrypto, async: true },
  { what: "verify", name: "@noble/hashes", run: noble },

  { what: "parse", name: "ours", run: ({ body }) => parse(body) },
  { what: "parse", name: "SDK", run: ({ body }) => sdk(JSON.parse(body)) },
  { what: "parse", name: "JSON.parse of the bytes", run: ({ body }) => JSON.parse(body) },
  { what: "parse", name: "JSON.parse of the text", run: ({ body }) => JSON.parse(text(body)), note: "decoded before, for nothing" },

  { what: "receive", name: "ours", run: ({ body, headers }) => ours.receive(body, headers).event },
  { what: "receive", name: "svix + SDK", run: ({ body, headers }) => sdk(theirs.svix.verify(body, headers)) },
  {
    what: "receive",
    name: "node:crypto + SDK",
    run({ body, headers }) {
      verifyWithNodeCrypto(body, headers);
      return sdk(JSON.parse(body));
    },
  },
  {
    what: "receive",
    name: "node:crypto + JSON.parse",
    run({ body, headers }) {
      verifyWithNodeCrypto(body, headers);
      return JSON.parse(body);
    },
  },
];

/** Returns all peers, including those of a naive wasm module if it can be loaded. */
export function peers(naive) {
  if (naive === undefined) return PEERS;
  const verify = ({ body, headers }) => {
    const { prefix, signatures } = signedHeaders(headers);
    expect(signatures, Buffer.from(naive.hmac_sha256(KEY, prefix, body)));
  };
  return [
    ...PEERS,
    { what: "verify", name: "naive wasm (sha2)", run: verify },
    { what: "parse", name: "naive wasm (serde_json)", run: ({ body }) => naive.parse(body) },
  ];
}

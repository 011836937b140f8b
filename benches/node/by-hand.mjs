// Verification without a library, as an application may write it by hand.

import { createHmac, timingSafeEqual } from "node:crypto";
import { SECRET } from "./deliveries.mjs";

export const KEY = Buffer.from(SECRET.slice("whsec_".length), "base64");
const TOLERANCE_SECONDS = 300;

/** Checks the headers. Returns the signed text before the body, and the signatures. */
export function signedHeaders(headers) {
  const id = headers["svix-id"];
  const timestamp = headers["svix-timestamp"];
  const signatures = headers["svix-signature"];
  if (!id || !timestamp || !signatures) throw new Error("a header is missing");
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!(age <= TOLERANCE_SECONDS)) throw new Error("the timestamp is too old or too new");
  return { prefix: `${id}.${timestamp}.`, signatures };
}

/** Throws unless one of the signatures is the expected one. */
export function expect(signatures, expected) {
  for (const entry of signatures.split(" ")) {
    const [version, signature] = entry.split(",");
    if (version !== "v1" || !signature) continue;
    const given = Buffer.from(signature, "base64");
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  }
  throw new Error("no signature matches");
}

export function verifyWithNodeCrypto(body, headers) {
  const { prefix, signatures } = signedHeaders(headers);
  expect(signatures, createHmac("sha256", KEY).update(prefix).update(body).digest());
}

// The claims of a request under each scheme that has a secret: the parts of the signed content, and the signatures.

import { SCHEMES, find, namesOf, schemeOfSignature } from "./schemes.js";

/** The library refuses more. */
const MOST_SIGNATURES = 32;

/**
 * @returns {{ scheme: string, names: object, id?: string, timestamp?: string, seconds?: number,
 *   signatures: { text: string, skipped?: string }[] }[]} one for each scheme of a secret
 */
export function readClaims(pairs, secrets) {
  const configured = SCHEMES.filter((scheme) => secrets.some((secret) => secret.scheme === scheme));
  return configured.map((scheme) => {
    const names = namesOf(scheme, pairs);
    const id = names.id && find(pairs, names.id);
    const timestamp = names.timestamp && find(pairs, names.timestamp);
    return { scheme, names, id, timestamp, seconds: secondsOf(timestamp), signatures: signaturesOf(scheme, names, pairs) };
  });
}

function secondsOf(timestamp) {
  return /^\d{1,20}$/.test(timestamp ?? "") ? Number(timestamp) : undefined;
}

function signaturesOf(scheme, names, pairs) {
  const value = find(pairs, names.signature);
  if (value === undefined) return [];
  if (scheme !== "standard") return schemeOfSignature(value) === scheme ? [{ text: value }] : [];
  const entries = value.split(" ").filter(Boolean).slice(0, MOST_SIGNATURES);
  return entries.map((text) => {
    const version = text.split(",", 1)[0];
    return version === "v1" || !text.includes(",") ? { text } : { text, skipped: version };
  });
}

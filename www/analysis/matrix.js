// Each signature against each secret. The library is asked about one signature and one secret at a time, at the
// delivery's own time, so that nothing but the signature can be at fault.

import { Webhook, WebhookError } from "../library.js";

/** A window that every timestamp is in. */
const ANY_TIME = { now: () => 0, toleranceSeconds: Number.MAX_SAFE_INTEGER };

/**
 * @returns `rows`: for each signature its text, its scheme, and a cell for each secret: `match`, `differs`,
 *   `skipped` (a version that is not read), `unreadable` (the signature, or what it covers, is malformed),
 *   `invalid` (the secret is), `other` (the secret is of another scheme)
 */
export function crossCheck(claims, secrets, body) {
  const receivers = secrets.map(receiverOf);
  // A secret that matches nothing is asked once, not for each signature: bodies may be large, signatures many.
  const matchesAny = new Map();
  const rows = claims.flatMap((claim) =>
    claim.signatures.map(({ text, skipped }) => ({
      text,
      scheme: claim.scheme,
      cells: secrets.map(({ scheme }, index) => {
        if (scheme !== claim.scheme) return "other";
        if (!receivers[index]) return "invalid";
        if (skipped !== undefined) return "skipped";
        const all = claim.signatures.map((signature) => signature.text).join(" ");
        if (!matchesAny.has(index)) matchesAny.set(index, ask(receivers[index], claim, all, body));
        return matchesAny.get(index) === "differs" ? "differs" : ask(receivers[index], claim, text, body);
      }),
    })),
  );
  return { rows };
}

function receiverOf(secret) {
  try {
    return new Webhook(secret, ANY_TIME);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return undefined;
  }
}

function ask(receiver, { names, id, timestamp }, signature, body) {
  const headers = [
    [names.id, id],
    [names.timestamp, timestamp],
    [names.signature, signature],
  ].filter(([name, value]) => name !== undefined && value !== undefined);
  try {
    receiver.verify(body, headers);
    return "match";
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return error.code === "signature_mismatch" ? "differs" : "unreadable";
  }
}

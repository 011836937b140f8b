import type { HeadersLike, Payload, Secret, WebhookOptions } from "agentmail-webhooks";

// The complete API of the package, so that code that needs both loads only this module.
export * from "agentmail-webhooks";

/**
 * Explains why a delivery verifies or does not, and which change would make it verify, such as removing a line break from
 * the payload, not decoding a secret, or another scheme.
 *
 * **For development only**: the result contains information that helps an attacker, but no secret, no signature and no
 * part of the payload. Secrets may be malformed: with white space around them, with the wrong scheme or prefix.
 * @param payload The raw body.
 * @param headers All headers of the request.
 * @param secrets The secrets to check.
 * @param options The scheme, the tolerance and the clock.
 * @throws {WebhookError} `payload_not_raw`, `invalid_option`
 *
 * @example
 * ```ts
 * import { explain } from "agentmail-webhooks/explain";
 *
 * export async function why(request: Request): Promise<void> {
 *   const secret = process.env.AGENTMAIL_WEBHOOK_SECRET!;
 *   const { checks } = explain(await request.clone().arrayBuffer(), request.headers, secret);
 *   for (const { check, verdict, advice } of checks) console.log(verdict, check, advice);
 * }
 * ```
 */
export function explain(
  payload: Payload,
  headers: HeadersLike,
  secrets: Secret | readonly Secret[],
  options?: WebhookOptions,
): Explanation;

/** The checks of a delivery, and their results. */
export interface Explanation {
  /** `true` if the delivery verifies. Its payload may still not be an event: see the check `event`. */
  verified: boolean;
  /** The checks, in order. At least one fails if the delivery does not verify. */
  checks: ExplanationCheck[];
}

/** A check and its result. */
export interface ExplanationCheck {
  /**
   * The subject of the check: the signature `headers`; the form of each `secret`; the `timestamp`; the `signature`. If no
   * signature matches, also changes with which one would: of the `payload`, of the `key` that a secret is decoded to, of the
   * `scheme`, or of the `header_set`. Finally, the `event` in the payload, and, if no other check explains a mismatch, the
   * `conclusion`: the most likely cause.
   */
  check: "headers" | "secret" | "timestamp" | "signature" | "payload" | "key" | "scheme" | "header_set" | "event" | "conclusion";
  /** `pass`: the check succeeded; `fail`: it failed; `info`: additional information. */
  verdict: "pass" | "fail" | "info";
  /** The finding and what to do about it, in one line, for people. */
  advice: string;
}

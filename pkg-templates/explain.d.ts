import type { HeadersLike, Payload, Secret, WebhookOptions } from "agentmail-webhooks";

// The same interface, in a module that can explain: what needs both loads this one alone.
export * from "agentmail-webhooks";

/**
 * Explains why a delivery verifies or does not, and what would have verified: a line break that was added to the
 * payload, a secret that was not to be decoded, another scheme, and more.
 *
 * **For development only**: it answers questions that an attacker would ask. It never tells a secret, a signature or a
 * part of the payload. Secrets may have any form: with white space around them, without their scheme, with something
 * before them.
 * @param payload The raw body.
 * @param headers All headers of the request.
 * @param secrets What is thought to be the secret.
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

/** Why a delivery verifies, or does not. */
export interface Explanation {
  /** Whether the delivery verifies. Its payload may still be no event: the last check tells. */
  verified: boolean;
  /** What was looked at, in order. At least one check fails if the delivery does not verify. */
  checks: ExplanationCheck[];
}

/** One thing that was looked at. */
export interface ExplanationCheck {
  /**
   * What was looked at: which signature `headers` came; the form of each `secret`; the `timestamp` and now;
   * whether a `signature` matches. If none does, whether one would for another `payload`, for the `key` that a
   * secret is if it is read in another way, under another `scheme`, or with headers of the other `header_set`.
   * At last, whether the payload is an `event`, and, if nothing explains a mismatch, the `conclusion`: what is most likely.
   */
  check: "headers" | "secret" | "timestamp" | "signature" | "payload" | "key" | "scheme" | "header_set" | "event" | "conclusion";
  /** `pass`: as it must be; `fail`: not so; `info`: nothing to find fault with, but to be known. */
  verdict: "pass" | "fail" | "info";
  /** What was found and what to do, in one line, for a person. */
  advice: string;
}

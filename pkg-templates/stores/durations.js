// The default durations of leases and completions, in seconds.

export const DEFAULT_LEASE = 2 * 60;
/** Senders retry for 28 hours. */
export const DEFAULT_TTL = 3 * 24 * 60 * 60;

/** The maximum that all stores can add to their clocks. */
const CENTURY = 36_525 * 24 * 60 * 60;

export function durationChecks(durations, check) {
  for (const [name, seconds] of Object.entries(durations)) {
    const isDuration = typeof seconds === "number" && seconds > 0 && seconds <= CENTURY;
    check(name, isDuration, "a number of seconds over 0, up to a century");
  }
}

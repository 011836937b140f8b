// The one place that changes. What is typed, dropped or generated becomes a new state; who listens draws it.

/**
 * @typedef {object} Delivery
 * @property {string | [string, string][]} headers as text, which may be anything; or as pairs, and then nothing is guessed
 * @property {Uint8Array} body
 * @property {{ secret: string, scheme: string }[]} secrets
 * @property {number} tolerance in seconds; NaN where what was typed is no number
 * @property {number | undefined} fixed unix seconds, where the clock stands still; NaN as above
 */

export function createState(initial) {
  let current = initial;
  const listeners = [];
  return {
    get: () => current,
    /** @param source who changed it, so that a field is not written while it is typed in */
    set(change, source) {
      current = { ...current, ...change };
      for (const listener of listeners) listener(current, source);
    },
    onChange: (listener) => listeners.push(listener),
  };
}

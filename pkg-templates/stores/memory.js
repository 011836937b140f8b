// A DeliveryStore in the memory of one process, bounded.

import { isFunction, isObject } from "../adapters/check.js";
import { storeChecks } from "./check.js";

const COMPLETED = "completed";

const { check } = storeChecks("stores/memory.md");
const HELP = "for 1,000 deliveries at most, memoryStore({ maxEntries: 1000 });";

export function memoryStore(options = {}) {
  // What else there is may be an environment: `store: memoryStore` is called with it.
  check("memoryStore: the argument", isObject(options), "an object with options", HELP);
  const { maxEntries = 100_000, now = () => performance.now() / 1000 } = options;
  check("memoryStore: maxEntries", typeof maxEntries === "number" && maxEntries >= 1, "a number of at least 1", HELP);
  check("memoryStore: now", isFunction(now), "a function that gives seconds");
  /** Each key with its token, or that it is completed, and when that ends. The oldest first, of each kind. */
  const claims = new Map();
  const completed = new Map();

  const live = (entries, key) => {
    const entry = entries.get(key);
    if (entry === undefined || entry.until > now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const hasRoom = () => claims.size + completed.size < maxEntries;
  /** Whether there is room for one more. What ran out goes first, then what was completed first. */
  const makeRoom = () => {
    for (const entries of [claims, completed]) {
      for (const key of entries.keys()) if (hasRoom() || live(entries, key)) break;
    }
    if (!hasRoom()) completed.delete(completed.keys().next().value);
    return hasRoom();
  };

  return {
    async claim(key, leaseSeconds) {
      if (live(completed, key)) return { state: COMPLETED };
      if (live(claims, key)) return { state: "in_progress" };
      if (!makeRoom()) throw new Error(`memoryStore: ${maxEntries} deliveries are in progress at once`);
      const token = crypto.randomUUID();
      claims.set(key, { token, until: now() + leaseSeconds });
      return { state: "claimed", token };
    },

    async complete(key, token, ttlSeconds) {
      const claim = live(claims, key);
      if (live(completed, key) || (claim && claim.token !== token)) return false;
      if (!claims.delete(key)) makeRoom();
      completed.set(key, { until: now() + ttlSeconds });
      return true;
    },

    async release(key, token) {
      if (claims.get(key)?.token === token) claims.delete(key);
    },
  };
}

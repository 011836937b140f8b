// A DeliveryStore in the memory of one process, with a maximum size.

import { isFunction, isObject } from "../adapters/check.js";
import { storeChecks } from "./check.js";

const { check } = storeChecks("stores/memory.md");
const HELP = "for 1,000 deliveries at most, memoryStore({ maxEntries: 1000 });";

export function memoryStore(options = {}) {
  // The argument may be an environment, if the option is `store: memoryStore`.
  check("memoryStore: the argument", isObject(options), "an object with options", HELP);
  const { maxEntries = 100_000, now = () => performance.now() / 1000 } = options;
  check("memoryStore: maxEntries", typeof maxEntries === "number" && maxEntries >= 1, "a number of at least 1", HELP);
  check("memoryStore: now", isFunction(now), "a function that gives seconds");
  const claims = new Expiring(now);
  const completed = new Expiring(now);

  const hasRoom = () => claims.size + completed.size < maxEntries;
  /** Makes room for one more key. Drops expired keys first, then the completed key that would expire next. Returns `false` if there is none. */
  const makeRoom = () => {
    if (hasRoom()) return true;
    claims.deleteExpired();
    completed.deleteExpired();
    if (!hasRoom()) completed.deleteNext();
    return hasRoom();
  };

  return {
    async claim(key, leaseSeconds) {
      if (completed.get(key)) return { state: "completed" };
      if (claims.get(key)) return { state: "in_progress" };
      if (!makeRoom()) throw new Error(`memoryStore: ${maxEntries} deliveries are in progress at once`);
      const token = crypto.randomUUID();
      claims.set(key, token, leaseSeconds);
      return { state: "claimed", token };
    },

    async complete(key, token, ttlSeconds) {
      const holder = completed.get(key) ?? claims.get(key);
      if (holder !== undefined && holder !== token) return false;
      if (!claims.delete(key) && !completed.get(key)) makeRoom();
      completed.set(key, token, ttlSeconds);
      return true;
    },

    async release(key, token) {
      if (claims.get(key) === token) claims.delete(key);
    },
  };
}

/** A map of keys to tokens that expire. */
class Expiring {
  #now;
  #entries = new Map();
  /** The keys of each duration, in the order in which they expire. There are few durations. */
  #queues = new Map();

  constructor(now) {
    this.#now = now;
  }

  get size() {
    return this.#entries.size;
  }

  get(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.token;
    this.delete(key);
    return undefined;
  }

  set(key, token, seconds) {
    this.delete(key);
    if (!this.#queues.has(seconds)) this.#queues.set(seconds, new Set());
    this.#queues.get(seconds).add(key);
    this.#entries.set(key, { token, seconds, until: this.#now() + seconds });
  }

  delete(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const queue = this.#queues.get(entry.seconds);
    queue.delete(key);
    if (queue.size === 0) this.#queues.delete(entry.seconds);
    return this.#entries.delete(key);
  }

  deleteExpired() {
    const now = this.#now();
    for (const queue of this.#queues.values()) {
      for (const key of queue) {
        if (this.#entries.get(key).until > now) break;
        this.delete(key);
      }
    }
  }

  /** Deletes the key that would expire next. */
  deleteNext() {
    const first = Array.from(this.#queues.values(), (queue) => queue.values().next().value);
    const until = (key) => this.#entries.get(key).until;
    if (first.length) this.delete(first.reduce((next, key) => (until(key) < until(next) ? key : next)));
  }
}

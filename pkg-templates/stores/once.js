// Runs work once for each key, by a DeliveryStore: claim, work, complete. The adapters use it too.

import { isFunction, isObject } from "../adapters/check.js";
import { DEFAULT_LEASE, DEFAULT_TTL, durationChecks } from "./durations.js";
import { isStore, storeChecks } from "./check.js";

/** Keys come from the sender, and may be long; stores have limits. */
const MAX_KEY_BYTES = 256;
/** In milliseconds. A store that restarts or fails over is back after that, as a rule. */
const WAITS = [50, 500];

const STATES = ["claimed", "in_progress", "completed"];

const { check, checkNames } = storeChecks("stores/once.md");

export async function once(store, key, work, options = {}) {
  check("once: the first argument", isStore(store), "a DeliveryStore");
  check("once: the second argument", typeof key === "string", "a string, such as delivery.idempotencyKey");
  check("once: the third argument", isFunction(work), "a function");
  check("once: the fourth argument", isObject(options), "an object with options");
  checkNames(options, ["leaseSeconds", "ttlSeconds"], "option");
  const { leaseSeconds = DEFAULT_LEASE, ttlSeconds = DEFAULT_TTL } = options;
  durationChecks({ leaseSeconds, ttlSeconds }, check);
  const result = await runOnce(store, key, work, { leaseSeconds, ttlSeconds });
  if (result.outcome === "lease_lost") throw result.error;
  return result;
}

/**
 * As `once`, without a store too. A lease that was lost is an outcome, and `report` is told of a release that failed.
 */
export async function runOnce(store, idempotencyKey, work, { leaseSeconds, ttlSeconds, report = () => {} }) {
  if (!store) return handled(await work());
  const key = await storeKey(idempotencyKey);
  if (isFunction(store.transaction)) {
    const { state, value } = checked(await store.transaction(key, ttlSeconds, work));
    return state === "claimed" ? handled(value) : withoutWork(state, leaseSeconds);
  }

  const asked = performance.now();
  const { state, token } = checked(await store.claim(key, leaseSeconds));
  if (state !== "claimed") return withoutWork(state, leaseSeconds);
  // The lease began while the answer was under way: work that begins now might outlive it.
  if (performance.now() - asked > leaseSeconds * 500) {
    await release(store, key, token, report);
    return withoutWork("in_progress", leaseSeconds);
  }
  let value;
  try {
    value = await work();
  } catch (error) {
    await release(store, key, token, report);
    throw error;
  }
  // Nothing is released if this fails: the work is done, and the store may have noted it.
  if (await complete(store, key, token, ttlSeconds)) return handled(value);
  return { outcome: "lease_lost", error: leaseLost() };
}

/** Anything else must not be taken for an answer. */
function checked(claim) {
  if (STATES.includes(claim?.state)) return claim;
  throw new TypeError("the store gave a claim without a state");
}

function handled(value) {
  return { outcome: "handled", value };
}

function withoutWork(state, leaseSeconds) {
  if (state === "completed") return { outcome: "duplicate" };
  return { outcome: "in_progress", retryAfterSeconds: Math.ceil(leaseSeconds) };
}

/** Tries again when the store fails: the work would be done twice otherwise. */
async function complete(store, key, token, ttlSeconds) {
  for (const wait of WAITS) {
    try {
      return await store.complete(key, token, ttlSeconds);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return store.complete(key, token, ttlSeconds);
}

/** If this fails, the lease runs out. Why the work failed is what counts. */
async function release(store, key, token, report) {
  try {
    await store.release(key, token);
  } catch (error) {
    report(error);
  }
}

function leaseLost() {
  const error = new Error("the handler took longer than its lease, and another attempt claimed the delivery: raise leaseSeconds");
  return Object.assign(error, { name: "LeaseLostError", code: "lease_lost" });
}

async function storeKey(key) {
  const bytes = new TextEncoder().encode(key);
  if (bytes.length <= MAX_KEY_BYTES) return key;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

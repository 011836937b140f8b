// Runs work once for each key with a DeliveryStore: claim, work, complete. The adapters use it too.

import { isFunction, isObject } from "../adapters/check.js";
import { DEFAULT_LEASE, DEFAULT_TTL, durationChecks } from "./durations.js";
import { isStore, storeChecks } from "./check.js";

/** The maximum length of a key. The sender chooses keys, and stores have limits. */
const MAX_KEY_BYTES = 256;
/** Waits in milliseconds. A store that restarts or fails over is usually available again after them. */
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
 * Does the same as `once`, but accepts no store, returns a lost lease as an outcome, and passes errors of a release to `report`.
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
  // The lease began before the store responded. If the response was late, the work could take longer than the rest.
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
  // If this fails, the key is not released: the work is done, and the store may have completed the key.
  if (await complete(store, key, token, ttlSeconds)) return handled(value);
  return { outcome: "lease_lost", error: leaseLost() };
}

/** Rejects invalid results of a store. */
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

/** Completes a key. Tries again if the store fails, because otherwise the work would run again. */
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

/** Releases a key. If this fails, the lease expires; the error of the work matters more. */
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

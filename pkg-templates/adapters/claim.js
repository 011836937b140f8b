// Exactly once: who claims a delivery handles it, and nobody does again once it is completed.

import { leaseLost } from "./errors.js";

/** Keys come from the sender, and may be long; stores have limits. */
const MAX_KEY_BYTES = 256;

const WITHOUT_STORE = { state: "claimed", complete: async () => {}, release: async () => {} };

export async function claimDelivery(store, idempotencyKey, { leaseSeconds, ttlSeconds }) {
  if (!store) return WITHOUT_STORE;
  const key = await storeKey(idempotencyKey);
  const { state, token } = await store.claim(key, leaseSeconds);
  // Anything else must not be answered as if it were done.
  if (!["claimed", "in_progress", "completed"].includes(state)) throw new TypeError("the store gave a claim without a state");
  return {
    state,
    complete: async () => {
      if (!(await store.complete(key, token, ttlSeconds))) throw leaseLost();
    },
    release: () => store.release(key, token),
  };
}

async function storeKey(key) {
  const bytes = new TextEncoder().encode(key);
  if (bytes.length <= MAX_KEY_BYTES) return key;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

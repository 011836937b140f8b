import type { DeliveryStore } from "agentmail-webhooks";

/** A consumer is stopped after 15 minutes. */
const LEASE_SECONDS = 15 * 60;
/** AgentMail tries for about 28 hours. */
const TTL_SECONDS = 3 * 24 * 60 * 60;

/** Runs `work` unless it is done: AgentMail may deliver a mail twice, and a queue a job. */
export async function once(store: DeliveryStore, key: string, work: () => Promise<void>) {
  const claim = await store.claim(key, LEASE_SECONDS);
  if (claim.state === "completed") return;
  if (claim.state === "in_progress") throw new Error("another consumer is at work on this");
  try {
    await work();
  } catch (error) {
    await store.release(key, claim.token);
    throw error;
  }
  await store.complete(key, claim.token, TTL_SECONDS);
}

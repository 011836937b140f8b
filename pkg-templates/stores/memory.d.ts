import type { DeliveryStore } from "agentmail-webhooks";

/**
 * A store in the memory of one process: for one server, and for tests. What another process handles it does not
 * know, and it forgets everything at a restart.
 * @param options.maxEntries The most deliveries to remember, 100,000 unless set. Of more, the one that was
 * completed first is forgotten.
 * @param options.now The clock, in seconds. Monotonic unless set.
 */
export function memoryStore(options?: { maxEntries?: number; now?: () => number }): DeliveryStore;

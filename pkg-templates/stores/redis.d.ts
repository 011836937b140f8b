import type { DeliveryStore } from "agentmail-webhooks";

/**
 * A store in Redis, or in Valkey, by any client. The server must not evict keys (`maxmemory-policy noeviction`)
 * and, so that nothing is forgotten in a crash, write each change down (`appendfsync always`).
 * @param command Sends a command, a list of strings, and gives its answer.
 * @param options.prefix Stands before each key, `agentmail:delivery:` unless set.
 *
 * @example
 * redisStore((command) => client.sendCommand(command)); // node-redis
 * redisStore(([name, ...values]) => client.call(name, ...values)); // ioredis
 * redisStore(([name, ...values]) => client.send(name, values)); // Bun
 */
export function redisStore(command: (command: string[]) => Promise<unknown>, options?: { prefix?: string }): DeliveryStore;

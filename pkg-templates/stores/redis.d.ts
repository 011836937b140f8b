import type { DeliveryStore } from "agentmail-webhooks";

/**
 * A store in Redis or Valkey, with any client. The server must not evict keys (`maxmemory-policy noeviction`), and should
 * write each change to disk (`appendfsync always`), so that no key is lost in a crash.
 * @param command Sends a command, a list of strings, and returns its reply.
 * @param options The name of the endpoint.
 * @throws {TypeError} with `code` `invalid_option` and a `hint`, if `command` is not a function, such as the client itself.
 *
 * @example With node-redis
 * ```ts
 * import { createClient } from "redis";
 * import { redisStore } from "agentmail-webhooks/stores/redis";
 *
 * const client = await createClient().connect();
 * const store = redisStore((command) => client.sendCommand(command), { endpoint: "support" });
 * ```
 *
 * @example With ioredis
 * ```ts
 * import { Redis } from "ioredis";
 * import { redisStore } from "agentmail-webhooks/stores/redis";
 *
 * const client = new Redis();
 * const store = redisStore(([name, ...values]) => client.call(name!, ...values), { endpoint: "support" });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/stores/redis.md | Redis}
 */
export function redisStore(
  command: (command: string[]) => Promise<unknown>,
  options: {
    /** The name of the endpoint. Each handles its own delivery of an event. 1 to 100 printable ASCII characters, no space, no colon. */
    endpoint: string;
  },
): DeliveryStore;

// A DeliveryStore in Redis. Each operation is one atomic script. A client that lost a reply may send its command again, so
// each script returns the same for the same token.

import { isFunction } from "../adapters/check.js";
import { endpointOf, storeChecks } from "./check.js";

const checks = storeChecks("stores/redis.md");
const RIGHT =
  'by node-redis, redisStore((command) => client.sendCommand(command), { endpoint: "support" }); by ioredis, redisStore(([name, ...values]) => client.call(name, ...values), { endpoint: "support" });';

const CLAIM = `
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, 1, 9) == 'completed' then return 'completed' end
if value and value ~= 'claimed:' .. ARGV[1] then return 'in_progress' end
redis.call('SET', KEYS[1], 'claimed:' .. ARGV[1], 'PX', ARGV[2])
return 'claimed'`;

const COMPLETE = `
local value = redis.call('GET', KEYS[1])
if value == 'completed:' .. ARGV[1] then return 1 end
if value and value ~= 'claimed:' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'completed:' .. ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == 'claimed:' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;

/** `command` sends a command to Redis, a list of strings, and returns its reply. */
export function redisStore(command, options) {
  checks.check("redisStore: the first argument", isFunction(command), "a function that sends a command", RIGHT);
  const prefix = `agentmail:delivery:${endpointOf("redisStore", options, RIGHT, checks)}:`;
  const run = (script, key, ...values) => command(["EVAL", script, "1", prefix + key, ...values]);
  return {
    async claim(key, leaseSeconds) {
      const token = crypto.randomUUID();
      const state = `${await run(CLAIM, key, token, milliseconds(leaseSeconds))}`;
      if (!["claimed", "in_progress", "completed"].includes(state)) throw noAnswer();
      return state === "claimed" ? { state, token } : { state };
    },

    async complete(key, token, ttlSeconds) {
      const count = `${await run(COMPLETE, key, token, milliseconds(ttlSeconds))}`;
      if (!["0", "1"].includes(count)) throw noAnswer();
      return count === "1";
    },

    async release(key, token) {
      await run(RELEASE, key, token);
    },
  };
}

function noAnswer() {
  return new TypeError("redisStore: the command gives no answer");
}

function milliseconds(seconds) {
  return String(Math.ceil(seconds * 1000));
}

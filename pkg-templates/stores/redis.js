// A DeliveryStore in Redis. Each operation is one script, which Redis runs undivided.

import { isFunction, isObject } from "../adapters/check.js";
import { storeChecks } from "./check.js";

const { check, checkNames } = storeChecks("stores/redis.md");
const HELP =
  "by node-redis, redisStore((command) => client.sendCommand(command)); by ioredis, redisStore(([name, ...values]) => client.call(name, ...values));";

const CLAIM = `
local value = redis.call('GET', KEYS[1])
if value == 'completed' then return 'completed' end
-- Its own claim, sent again by a client that lost the answer.
if value and value ~= ARGV[1] then return 'in_progress' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'claimed'`;

const COMPLETE = `
local value = redis.call('GET', KEYS[1])
if value and value ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'completed', 'PX', ARGV[2])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;

/** What stands in Redis while a delivery is claimed. No token can pass for `completed`. */
const held = (token) => `claimed:${token}`;

/** `command` sends a command to Redis, a list of strings, and gives its answer. */
export function redisStore(command, options = {}) {
  check("redisStore: the first argument", isFunction(command), "a function that sends a command", HELP);
  check("redisStore: the second argument", isObject(options), "an object with options");
  checkNames(options, ["prefix"], "option");
  const { prefix = "agentmail:delivery:" } = options;
  check("redisStore: prefix", typeof prefix === "string", "a string");
  const run = (script, key, ...values) => command(["EVAL", script, "1", prefix + key, ...values]);
  return {
    async claim(key, leaseSeconds) {
      const token = crypto.randomUUID();
      const state = `${await run(CLAIM, key, held(token), milliseconds(leaseSeconds))}`;
      if (!["claimed", "in_progress", "completed"].includes(state)) throw new TypeError("redisStore: the command gives no answer");
      return state === "claimed" ? { state, token } : { state };
    },

    async complete(key, token, ttlSeconds) {
      const count = `${await run(COMPLETE, key, held(token), milliseconds(ttlSeconds))}`;
      if (!["0", "1"].includes(count)) throw new TypeError("redisStore: the command gives no answer");
      return count === "1";
    },

    async release(key, token) {
      await run(RELEASE, key, held(token));
    },
  };
}

function milliseconds(seconds) {
  return String(Math.ceil(seconds * 1000));
}

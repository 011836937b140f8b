// The servers of the documentation that run in Deno, in Bun, and in Node by Hono's server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { redisServer } from "../stores/redis-server.mjs";
import { runtime } from "../tools.mjs";
import { claims } from "./blocks.mjs";
import { serve, written } from "./kit.mjs";

const FETCH = "docs/adapters/fetch.md";
const block = claims(import.meta.url);
const file = (page, name) => written(`runtimes/${name}`, block(page, name));

const [deno, bun, node, redis] = [[FETCH, "deno.mjs"], [FETCH, "bun.mjs"], ["docs/adapters/hono.md", "node.mjs"], ["docs/stores/redis.md", "bun-redis.mjs"]].map(([page, name]) => file(page, name));

// As the page says to run it.
test(`${FETCH}: deno.mjs`, () => serve(deno, { command: (file) => [runtime("deno", "deno"), "run", "--no-prompt", "--allow-net", "--allow-env", file] }));

const inBun = { command: (file) => [runtime("bun", "bin/bun"), file] };
test(`${FETCH}: bun.mjs`, () => serve(bun, inBun));

test("docs/adapters/hono.md: node.mjs", () => serve(node));

test("docs/stores/redis.md: bun-redis.mjs", async () => {
  const server = await redisServer();
  try {
    const printed = await serve(redis, { ...inBun, environment: { REDIS_URL: `redis://127.0.0.1:${server.port}` } });
    assert.equal(printed.match(/Grüße/g).length, 1);
  } finally {
    await server.stop();
  }
});

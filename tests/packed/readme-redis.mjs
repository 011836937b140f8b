// The README's server with a store handles each delivery once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { claims } from "./docs/blocks.mjs";
import { serve, written } from "./docs/kit.mjs";
import { redisServer } from "./stores/redis-server.mjs";

const once = claims(import.meta.url)("README.md", "once.mjs");

test("README: exactly once, with Redis", async () => {
  const redis = await redisServer();
  try {
    const printed = await serve(written("readme/once.mjs", once), { environment: { REDIS_URL: `redis://127.0.0.1:${redis.port}` } });
    // Sent twice under one id.
    assert.equal(printed.match(/Grüße/g).length, 1);
  } finally {
    await redis.stop();
  }
});

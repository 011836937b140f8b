// The servers of the documentation that run in Deno, in Bun, and in Node by Hono's server.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { redisServer } from "../stores/redis-server.mjs";
import { runtime } from "../lib/tools.mjs";
import { claims, read } from "./blocks.mjs";
import { serve, written } from "./kit.mjs";

const FETCH = "docs/adapters/fetch.md";
const block = claims(import.meta.url);
const file = (page, name) => written(`runtimes/${name}`, block(page, name));

const [deno, bun, node, redis] = [[FETCH, "deno.mjs"], [FETCH, "bun.mjs"], ["docs/adapters/hono.md", "node.mjs"], ["docs/stores/redis.md", "bun-redis.mjs"]].map(([page, name]) => file(page, name));

// The command that the page recommends.
const byDeno = { command: (file) => [runtime("deno", "deno"), "run", "--no-prompt", "--allow-net", "--allow-env", file] };
const byBun = { command: (file) => [runtime("bun", "bin/bun"), file] };
test(`${FETCH}: deno.mjs`, () => serve(deno, byDeno));
test(`${FETCH}: bun.mjs`, () => serve(bun, byBun));

const inBackground = (path) => path.replace(/\.mjs$/, "-background.mjs");
for (const [path, by] of [[deno, byDeno], [bun, byBun]]) {
  writeFileSync(inBackground(path), readFileSync(path, "utf8").replace("on: {", "background: () => {}, on: {"));
  test(`${FETCH}: ${basename(path)}, answering first`, () => serve(inBackground(path), by));
}

// The page recommends the same code for them, with `process.env`.
const [, receive] = read(FETCH).match(/^<!-- worker-receive\.mjs, .*\n```js\n([^]*?)```$/m);
const server = written("runtimes/receive.mjs", receive.replace("env.AGENTMAIL", "process.env.AGENTMAIL"));
const served = (file) => ["sh", "-c", `exec "${runtime("deno", "deno")}" serve --no-prompt --allow-env --host 127.0.0.1 --port $PORT "${file}"`];
test(`${FETCH}: worker-receive.mjs in Deno`, () => serve(server, { command: served }));
test(`${FETCH}: worker-receive.mjs in Bun`, () => serve(server, byBun));

test("docs/adapters/hono.md: node.mjs", () => serve(node));

// The page recommends these lines for them, in place of Node's server.
const hono = block("docs/adapters/hono.md", "node.mjs").replace(/^import .*node-server.*$/m, "");
const inDeno = written("runtimes/hono-deno.mjs", hono.replace(/^serve\(.*$/m, "Deno.serve({ port: Number(process.env.PORT) }, app.fetch);"));
const inBun = written("runtimes/hono-bun.mjs", hono.replace(/^serve\(.*$/m, "Bun.serve({ port: process.env.PORT, fetch: app.fetch });"));
test("docs/adapters/hono.md: in Deno", () => serve(inDeno, byDeno));
test("docs/adapters/hono.md: in Bun", () => serve(inBun, byBun));

test("docs/stores/redis.md: bun-redis.mjs", async () => {
  const server = await redisServer();
  try {
    const printed = await serve(redis, { ...byBun, environment: { REDIS_URL: `redis://127.0.0.1:${server.port}` } });
    assert.equal(printed.match(/Grüße/g).length, 1);
  } finally {
    await server.stop();
  }
});

// docs/stores/redis.md: its server, with a Redis that is set up as the page says, and one that goes down.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { createClient } from "redis";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { redisServer } from "../stores/redis-server.mjs";
import { storeSuite } from "../stores/suite.mjs";
import { blocks, claims } from "./blocks.mjs";
import { genuine, payload, serve, start, written } from "./kit.mjs";

const PAGE = "docs/stores/redis.md";
const block = claims(import.meta.url);
const [server, ioredis] = ["server.mjs", "ioredis.ts"].map((name) => written(`redis/${name}`, block(PAGE, name)));

/** The commands of the page, for a shell. */
const commands = blocks(PAGE)
  .filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.split("\n").filter((line) => line.startsWith("redis-cli ")));

const redis = await redisServer();
after(() => redis.stop());
const sh = async (line) => (await promisify(execFile)("sh", ["-c", line.replace("redis-cli ", `redis-cli -e -p ${redis.port} `)])).stdout.trim();
const environment = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };

test(`${PAGE}: a server that handles each delivery once, and what it keeps`, async () => {
  const printed = await serve(server, { environment });
  assert.equal(printed.match(/Grüße/g).length, 1);
  assert.equal(await sh("redis-cli keys '*'"), "agentmail:delivery:support:msg_1");
  assert.equal(await sh("redis-cli get agentmail:delivery:support:msg_1").then((value) => value.slice(0, 10)), "completed:");
  const days = Number(await sh("redis-cli ttl agentmail:delivery:support:msg_1")) / (24 * 60 * 60);
  assert.ok(days > 2.9 && days <= 3, `${days} days`);
});

test(`${PAGE}: the commands`, async () => {
  assert.equal(commands.length, 6);
  for (const command of commands) {
    // There is no file that a server of the tests could write.
    const answer = command.includes("config rewrite") ? /The server is running without a config file/ : /^(OK|0|1)$/;
    assert.match(await sh(command).catch(({ stdout, stderr }) => stdout + stderr), answer, command);
  }
  assert.equal(await sh("redis-cli config get appendfsync"), "appendfsync\nalways");
});

const user = createClient({ url: environment.REDIS_URL, username: "webhooks", password: "a-long-password" });
user.on("error", () => {});
after(() => user.isOpen && user.destroy());
const open = async (endpoint) => {
  if (!user.isOpen) await user.connect();
  return redisStore((command) => user.sendCommand(command), { endpoint });
};
storeSuite(`${PAGE}: a user with four commands`, { test, open });

test(`${PAGE}: ioredis.ts`, async (t) => {
  Object.assign(process.env, environment);
  const { store, redis: client } = await import(ioredis);
  t.after(() => client.disconnect());
  // Without a queue, commands before the connection fail.
  for (;;) {
    try {
      assert.deepEqual(await store.claim("msg_1", 60), { state: "completed" });
      return;
    } catch (error) {
      assert.match(error.message, /enableOfflineQueue/);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
});

test(`${PAGE}: when Redis is down, the answer is 500; when it is back, the delivery is handled`, async () => {
  const running = await start(server, { environment });
  try {
    const post = async (id) => (await running.post(genuine({ id }), payload)).status;
    assert.equal(await post("msg_2"), 200);
    await redis.kill();
    // The first one may still find a connection, which breaks; the next ones find none, and must not wait for it.
    for (let times = 0; times < 3; times += 1) assert.equal(await post("msg_3"), 500);
    await running.prints(/ClientOfflineError/);
    assert.doesNotMatch(running.printed(), /TimeoutError|Grüße[^]*Grüße/);
    await redis.restart();
    while ((await post("msg_3")) === 500) await new Promise((resolve) => setTimeout(resolve, 50));
    await running.prints(/Grüße[^]*Grüße/);
  } finally {
    await running.stop();
  }
});

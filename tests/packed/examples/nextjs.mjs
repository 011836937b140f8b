import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { redisServer } from "../stores/redis-server.mjs";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";

test("examples: Next.js", async (t) => {
  const example = project("nextjs");
  const settings = example.text("tsconfig.json");
  // While it builds, there is no secret and no Redis.
  for (const left of [".env", ".next"]) rmSync(example.file(left), { recursive: true, force: true });
  assert.doesNotMatch(await example.run(t, "build"), /ECONNREFUSED/);
  assert.equal(example.text("tsconfig.json"), settings, "Next.js wants other settings");
  example.keepSecret();
  const redis = await redisServer();
  t.after(redis.stop);
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  await checkEndpoint(await example.serve(t, "start", { options: "--hostname 127.0.0.1 --port 0", env }));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { redisServer } from "../stores/redis-server.mjs";
import { delivery, mail } from "./deliveries.mjs";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";

test("examples: Express, two servers with one Redis", async (t) => {
  const example = project("express");
  example.keepSecret();
  const redis = await redisServer();
  t.after(redis.stop);
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}`, HOST: "127.0.0.1", PORT: "0" };
  const one = await example.serve(t, "start", { env });
  await checkEndpoint(one);
  const other = await example.serve(t, "start", { env });
  const handled = mail("First");
  await other.answers(200, delivery(handled));
  // The command that the READMEs recommend for a first try.
  assert.match(await example.run(t, `agentmail-webhooks send ${other.url} --secret-file .env`), /^200 OK/m);
  await other.printed(/wrote: Re: Where is my order\?/);
  assert.equal(other.count(handled.printed), 0, "the other server has handled it");
});

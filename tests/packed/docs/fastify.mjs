// docs/adapters/fastify.md: each server, and the mistake that the page warns of.

import assert from "node:assert/strict";
import { test } from "node:test";
import fastify from "fastify";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { claims } from "./blocks.mjs";
import { SECRET, serve, written } from "./kit.mjs";

const PAGE = "docs/adapters/fastify.md";
const block = claims(import.meta.url);
const file = (name) => written(`fastify/${name}`, block(PAGE, name));

const [server, typed, prefix] = ["server.mjs", "server.ts", "prefix.mjs"].map(file);
test(`${PAGE}: server.mjs, which logs the code and the hint`, async () => {
  const printed = await serve(server);
  assert.match(printed, /"code":"signature_mismatch"/);
  assert.match(printed, /"hint":"/);
});

test(`${PAGE}: server.ts`, () => serve(typed));

test(`${PAGE}: prefix.mjs`, () =>
  serve(prefix, {
    path: "/mail/webhooks",
    more: async ({ url }) => {
      const body = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1}' };
      assert.equal(await (await fetch(new URL("/orders", url), body)).text(), '{"a":1}');
      assert.equal((await fetch(url)).status, 404);
    },
  }));

test(`${PAGE}: wrapped by fastify-plugin, it takes the parsers of other routes`, async () => {
  // The same change that fastify-plugin makes.
  const wrapped = Object.assign((app, options) => webhookPlugin(app, options), { [Symbol.for("skip-override")]: true });
  const parsed = async (plugin) => {
    const app = fastify();
    await app.register(plugin, { path: "/webhooks", secret: SECRET });
    app.post("/", (request) => ({ isParsed: request.body.a === 1 }));
    return (await app.inject({ method: "POST", url: "/", payload: { a: 1 } })).json().isParsed;
  };
  assert.deepEqual([await parsed(webhookPlugin), await parsed(wrapped)], [true, false]);
});

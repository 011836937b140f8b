// The pages of the path and the how-tos: each server is sent what its page is about.

import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { sample, signTestDelivery } from "agentmail-webhooks/testing";
import { claims } from "./blocks.mjs";
import { SECRET, genuine, payload, serve, start, written } from "./kit.mjs";

const claimed = claims(import.meta.url);
const file = (page, name) => written(`path/${name}`, claimed(`docs/${page}.md`, name));

const byHand = file("start", "by-hand.mjs");
test("docs/start.md: without an adapter", () => serve(byHand));

const once = file("once", "once.mjs");
test("docs/once.md: an event is handled once", async () => {
  const printed = await serve(once, { more: async ({ post }) => assert.equal((await post(genuine(), payload)).status, 200) });
  assert.equal(printed.match(/Grüße/g).length, 1);
});

const machines = file("machines", "machines.mjs");
test("docs/machines.md: machines get no answer", () =>
  serve(machines, {
    more: async ({ post, prints }) => {
      const reasons = {
        own: { from: ["agent@example.com"], inbox_id: "agent@example.com" },
        bounce: { from: ["MAILER-DAEMON@example.com"] },
        auto_submitted: { headers: { "Auto-Submitted": "auto-replied" } },
        mailing_list: { headers: { "List-Id": "<list.example.com>" } },
        bulk: { headers: { Precedence: "bulk" } },
      };
      for (const [reason, message] of Object.entries(reasons)) {
        const { headers, body } = signTestDelivery(sample("message.received", { message }), SECRET);
        assert.equal((await post(headers, body)).status, 200);
        await prints(new RegExp(`no answer: ${reason}`));
      }
    },
  }));

const unreadable = file("receive", "unreadable.mjs");
test("docs/receive.md: a delivery that cannot be read is kept", () =>
  serve(unreadable, {
    more: async ({ post, prints }) => {
      const now = Math.floor(Date.now() / 1000);
      const kept = join(dirname(unreadable), `unreadable-${now}.json`);
      rmSync(kept, { force: true });
      const body = '{"event_type":"message.received","message":{}}';
      assert.equal((await post(new Webhook(SECRET).sign(body, { timestamp: now }), body)).status, 200);
      await prints(/invalid_event .*message\.inbox_id: missing/);
      assert.ok(existsSync(kept));
      assert.equal(readFileSync(kept, "utf8"), body);
    },
  }));

const tenants = file("tenants", "tenants.mjs");
test("docs/tenants.md: each tenant has its secret", async () => {
  const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const environment = { WEBHOOK_SECRETS: JSON.stringify({ acme: SECRET, globex: other }) };
  const server = await start(tenants, { environment, path: "/webhooks/acme" });
  try {
    const send = async (tenant, secret) => {
      const headers = new Webhook(secret).sign(payload);
      return (await fetch(new URL(tenant, server.url), { method: "POST", headers, body: payload })).status;
    };
    assert.deepEqual([await send("acme", SECRET), await send("globex", other)], [200, 200]);
    await server.prints(/tenant: 'acme', subject: 'Grüße'[^]*tenant: 'globex', subject: 'Grüße'/);
    assert.deepEqual([await send("acme", other), await send("globex", SECRET), await send("initech", SECRET)], [401, 401, 500]);
    const unsigned = await fetch(server.url, { method: "POST", body: payload });
    assert.equal(unsigned.status, 400);
  } finally {
    await server.stop();
  }
});

const queue = file("queues", "queue.mjs");
test("docs/queues.md: the other end reads the event", () => serve(queue));

const frames = file("websockets", "frames.mjs");
test("docs/websockets.md: frames of events are parsed, and handled once", async (t) => {
  const printed = [];
  t.mock.method(console, "log", (line) => printed.push(line));
  const { onFrame } = await import(frames);
  const event = JSON.stringify(sample("message.received", { event_id: "evt_1" }));
  for (const frame of ['{"type":"subscribed","inbox_ids":[]}', event, event]) await onFrame(frame);
  assert.deepEqual(printed, ["subscribed", "message.received"]);
});

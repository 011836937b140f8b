// docs/rotation.md: a server with both secrets, with one, and with none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/express";
import { sample } from "agentmail-webhooks/testing";
import { claims } from "./blocks.mjs";
import { SECRET, payload, start, written } from "./kit.mjs";

const PAGE = "docs/rotation.md";
const OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const block = claims(import.meta.url);
const [server, typed] = ["rotation.mjs", "rotation.ts"].map((name) => written(`rotation/${name}`, block(PAGE, name)));

/** Each delivery is another. */
let count = 0;

/** Signed with all of these, as Svix does it. */
function signed(...secrets) {
  const id = `msg_${++count}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const all = secrets.map((secret) => new Webhook(secret).sign(payload, { id, timestamp }));
  return { ...all[0], "svix-signature": all.map((headers) => headers["svix-signature"]).join(" ") };
}

test(`${PAGE}: two webhooks deliver the same event, which is handled once`, async () => {
  const event = JSON.stringify(sample("message.received", { event_id: "evt_rotation" }));
  const { post, printed, prints, stop } = await start(server, { environment: { AGENTMAIL_WEBHOOK_SECRET_2: OLD } });
  try {
    for (const [secret, id] of [[OLD, "msg_first"], [SECRET, "msg_second"], [OLD, "msg_first"]]) {
      assert.equal((await post(new Webhook(secret).sign(event, { id }), event)).status, 200);
    }
    // The first event of another kind is printed after all of these.
    assert.equal((await post(signed(SECRET), payload)).status, 200);
    await prints(/message\.received: secret 0\n/);
    assert.equal(printed().match(/^message\.received: /gm).length, 2);
    assert.match(printed(), /secret 1\n[^]*secret 0\n/);
  } finally {
    await stop();
  }
});

test(`${PAGE}: both secrets`, async () => {
  const { post, prints, stop } = await start(server, { environment: { AGENTMAIL_WEBHOOK_SECRET_2: OLD } });
  try {
    assert.equal((await post(signed(OLD), payload)).status, 200);
    await prints(/^message\.received: secret 1\n$/m);
    assert.equal((await post(signed(SECRET), payload)).status, 200);
    await prints(/secret 1\n[^]*secret 0\n/);
    assert.equal((await post(signed(OLD, SECRET), payload)).status, 200);
    await prints(/secret 0\n[^]*secret 0\n/);
  } finally {
    await stop();
  }
});

test(`${PAGE}: the new secret alone`, async () => {
  const { post, prints, stop } = await start(server);
  try {
    assert.equal((await post(signed(SECRET), payload)).status, 200);
    assert.equal((await post(signed(OLD), payload)).status, 401);
    await prints(/secret 0\n/);
  } finally {
    await stop();
  }
});

test(`${PAGE}: no secret`, async () => {
  for (const none of [undefined, ""]) {
    await assert.rejects(start(server, { environment: { AGENTMAIL_WEBHOOK_SECRET: none } }), /does not start:[^]*invalid_secret/);
    assert.throws(() => webhookHandler({ secret: [SECRET, none] }), { code: "invalid_secret" });
  }
});

test(`${PAGE}: in TypeScript`, async () => {
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  assert.deepEqual((await import(typed)).secret, [SECRET]);
});

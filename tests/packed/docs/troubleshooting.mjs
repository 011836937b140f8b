// The code of docs/troubleshooting.md prints what the page shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { blocks, claims } from "./blocks.mjs";
import { SECRET, payload, written } from "./kit.mjs";

const PAGE = "docs/troubleshooting.md";
const file = written("troubleshooting/why.mjs", claims(import.meta.url)(PAGE, "why.mjs"));

test("troubleshooting: why it does not verify", async () => {
  const { why } = await import(file);
  const now = 1_800_000_000;
  const event = JSON.parse(payload);
  const signed = new Webhook(SECRET).sign(JSON.stringify(event, null, 2), { timestamp: now - 2 });
  const printed = [];
  const { log } = console;
  const clock = Date.now;
  Object.assign(console, { log: (line) => printed.push(line) });
  Date.now = () => now * 1000;
  process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
  try {
    assert.equal(why(JSON.stringify(event), signed), false);
  } finally {
    console.log = log;
    Date.now = clock;
  }
  const [shown] = blocks(PAGE).filter(({ language }) => language === "text");
  assert.equal(`${printed.join("\n")}\n`, shown.code);
});

test("troubleshooting: the API key instead of the secret, or a line break behind it", () => {
  assert.throws(() => new Webhook(undefined), { code: "invalid_secret" });
  assert.throws(() => new Webhook(`${SECRET}\n`), { code: "invalid_secret" });
});

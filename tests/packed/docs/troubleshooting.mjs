// The code of docs/troubleshooting.md prints what the page shows.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Webhook } from "agentmail-webhooks";
import { blocks, claims, read } from "./blocks.mjs";
import { SECRET, genuine, payload, serve, start, written } from "./kit.mjs";

const PAGE = "docs/troubleshooting.md";
const block = claims(import.meta.url);
const file = written("troubleshooting/why.mjs", block(PAGE, "why.mjs"));
const saving = block(PAGE, "save.mjs");

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

const RAW = 'express.raw({ type: () => true, limit: "5mb" })';
const [KEEPING] = read("docs/adapters/express.md").match(/(?<=app\.use\()express\.json\(\{.*?\n\}\)/s);

for (const [how, parser] of Object.entries({ "by express.raw": RAW, "behind express.json": KEEPING })) {
  test(`troubleshooting: a request that fails is saved ${how}`, async () => {
    assert.ok(saving.includes(RAW));
    const server = written("troubleshooting/save.mjs", saving.replace(RAW, parser));
    const saved = join(dirname(server), "refused.json");
    rmSync(saved, { force: true });
    const { post, stop } = await start(server);
    try {
      assert.equal((await post(genuine(), payload)).status, 200);
      await assert.rejects(explained(saved), { code: 3 });
      assert.equal((await post(genuine(), JSON.stringify(JSON.parse(payload), null, 2))).status, 401);
      // It is written after the answer.
      for (let tries = 0; !existsSync(saved) && tries < 500; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
      const { code, out } = await explained(saved);
      assert.equal(code, 1);
      assert.match(out, /verifies as compact JSON/);
    } finally {
      await stop();
    }
  });
}

test("troubleshooting: what saves requests changes no answer", () => serve(written("troubleshooting/save.mjs", saving)));

/** Returns what the command line says about a saved request. Rejects if there is none. */
async function explained(path) {
  const program = fileURLToPath(new URL("../../../node_modules/.bin/agentmail-webhooks", import.meta.url));
  const env = { ...process.env, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const [code, out] = await new Promise((resolve) => execFile(program, ["explain", path], { env }, (error, out) => resolve([error?.code ?? 0, out])));
  if (code > 1) throw Object.assign(new Error(out), { code });
  return { code, out };
}

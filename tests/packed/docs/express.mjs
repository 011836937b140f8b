// docs/adapters/express.md and docs/stores/memory.md: each server, under Express 5 and Express 4.

import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { claims } from "./blocks.mjs";
import { serve, written } from "./kit.mjs";

const PAGE = "docs/adapters/express.md";
const block = claims(import.meta.url);

/** Makes a directory in which `express` is this package, and returns its name. */
function directory(name) {
  const found = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const modules = dirname(written(`${name}/node_modules/.keep`, ""));
  rmSync(join(modules, "express"), { force: true });
  symlinkSync(found, join(modules, "express"), "dir");
  return name;
}

const post = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body });
const servers = {
  "server.mjs": {},
  "server.ts": {},
  "errors.ts": { more: ({ prints }) => prints(/message\.received\n[^]*signature_mismatch signature mismatch/) },
  "mount.mjs": {
    more: async ({ url }) => {
      const response = await fetch(new URL("/orders", url), post('{"a":1}'));
      assert.equal(await response.text(), '{"a":1}');
    },
  },
  "raw-body.mjs": {},
  "errors.mjs": { more: ({ prints }) => prints(/127\.0\.0\.1 signature_mismatch signature mismatch/) },
};

for (const express of ["express", "express-4"]) {
  for (const [name, options] of Object.entries(servers)) {
    const code = block(PAGE, name);
    test(`${PAGE}: ${name}, ${express}`, () => serve(written(`${directory(express)}/${name}`, code), options));
  }
}

const http = written("http.mjs", block(PAGE, "http.mjs"));
test(`${PAGE}: http.mjs`, () =>
  serve(http, {
    more: async ({ url }) => {
      assert.equal((await fetch(new URL("/other", url))).status, 404);
      const got = await fetch(url);
      assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
    },
  }));

const memory = written("memory.mjs", block("docs/stores/memory.md", "server.mjs"));
test("docs/stores/memory.md: a delivery is handled once", async () => {
  const printed = await serve(memory);
  assert.equal(printed.match(/Grüße/g).length, 1);
});

test(`${PAGE}: a secret that is not set ends the server, and the log says so`, async () => {
  const started = serve(http, { environment: { AGENTMAIL_WEBHOOK_SECRET: undefined } });
  await assert.rejects(started, /invalid_secret/);
});

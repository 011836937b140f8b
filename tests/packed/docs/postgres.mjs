// The store for PostgreSQL of docs/stores/your-own.md: a server with it, and the suite as its page says to run it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { claims } from "./blocks.mjs";
import { serve, written } from "./kit.mjs";
import { postgresServer } from "./postgres-server.mjs";

const PAGE = "docs/stores/your-own.md";
const block = claims(import.meta.url);
const [, server, suite] = ["postgres-store.mjs", "server.mjs", "store.test.mjs"].map((name) => written(`postgres/${name}`, block(PAGE, name)));
const postgres = await postgresServer();
after(() => postgres.stop());
const environment = { DATABASE_URL: postgres.url };

test(`${PAGE}: a server that handles each delivery once`, async () => {
  const printed = await serve(server, { environment });
  assert.equal(printed.match(/Grüße/g).length, 1);
  const { rows } = await postgres.query("SELECT state FROM agentmail_deliveries");
  assert.equal(rows.length, 1);
  assert.match(rows[0].state, /^completed:/);
});

test(`${PAGE}: the suite, as the page says`, async () => {
  const tests = join(import.meta.dirname, "..");
  for (const file of ["stores/suite.mjs", "suite/assert.mjs"]) cpSync(join(tests, file), join(dirname(suite), file));
  const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ["--test", "--test-reporter=tap", suite], { env });
  assert.match(stdout, /^# pass 1[0-9]$/m);
  assert.match(stdout, /^# fail 0$/m);
});

// The configurations of the documentation for Workers, with the Workers that they belong to, by wrangler itself.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ENVIRONMENT, tool } from "../lib/tools.mjs";
import { blocks, claims } from "./blocks.mjs";
import { SECRET, serve, written } from "./kit.mjs";

const block = claims(import.meta.url);
const FETCH = "docs/adapters/fetch.md";
/** With what wrangler says it binds. */
const projects = { [FETCH]: /No bindings found/, "docs/stores/durable-object.md": /env\.DELIVERIES \(DeliveryObject\)/, "docs/stores/sql.md": /env\.DATABASE/ };
const QUIET = { WRANGLER_LOG_PATH: ".wrangler/logs", WRANGLER_REGISTRY_PATH: ".wrangler/registry", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

/** A project of a page: its configuration, and the Worker that this calls `main`. */
function project(page) {
  const folder = `wrangler/${page.replaceAll("/", "-")}`;
  const configuration = block(page, "wrangler.jsonc");
  const [, main] = configuration.match(/"main": "(.*)"/);
  const { code } = blocks(page).find(({ name }) => name === main);
  const directory = dirname(written(`${folder}/wrangler.jsonc`, configuration));
  writeFileSync(join(directory, main), code);
  return directory;
}

for (const [page, binds] of Object.entries(projects)) {
  const directory = project(page);
  test(`${page}: wrangler.jsonc`, async () => {
    const { path } = tool("wrangler", directory);
    const options = { cwd: directory, env: { ...ENVIRONMENT, ...QUIET } };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [path, "deploy", "--dry-run", "--outdir", "built"], options);
    const told = stdout + stderr;
    assert.match(told, binds);
    assert.doesNotMatch(told, /warning|error/i);
    assert.ok(readFileSync(join(directory, "built", "worker.js"), "utf8").includes("message.received"));
  });

  if (page !== FETCH) continue;
  test(`${page}: wrangler dev, with its secret in .dev.vars`, async () => {
    rmSync(join(directory, ".wrangler"), { recursive: true, force: true });
    writeFileSync(join(directory, ".dev.vars"), `AGENTMAIL_WEBHOOK_SECRET=${SECRET}\n`);
    const { path } = tool("wrangler", directory);
    const command = () => ["sh", "-c", `exec "${process.execPath}" "${path}" dev --ip 127.0.0.1 --port $PORT --inspector-port 0 --show-interactive-dev-session=false`];
    await serve(join(directory, "wrangler.jsonc"), { path: "/", command, environment: { ...QUIET, AGENTMAIL_WEBHOOK_SECRET: undefined } });
  });
}

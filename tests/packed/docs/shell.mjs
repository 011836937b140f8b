// Every line of a shell block is of a known kind: another test runs it, or it is checked here as far as that is
// possible without the network, the cloud and third-party programs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { examples } from "../cli/examples.mjs";
import { REPOSITORY, blocks, pages, read } from "./blocks.mjs";

const installed = ["xtask/npm", "xtask/npm/runtimes"].flatMap((path) => Object.keys(JSON.parse(read(`${path}/package.json`)).dependencies));
const manifest = read("Cargo.toml");
const commands = read("xtask/src/main.rs");
const programs = ["xtask/src", "tests/differential/src"].flatMap((folder) => readdirSync(join(REPOSITORY, folder), { recursive: true }).map((name) => `${folder}/${name}`));
const sources = programs.filter((name) => name.endsWith(".rs")).map(read).join("");
const beside = (page, path) => existsSync(join(REPOSITORY, dirname(page), path));

/** The kinds of lines, each with its check. */
const KINDS = [
  // cli/usage.test.mjs runs these, of all pages.
  [/^npx agentmail-webhooks /, (line) => assert.equal(examples(line).length, 1)],
  [/^(?:npm install(?: --save-dev)?|bun add|deno add)((?: \S+)*)$/, (_, __, names) => {
    for (const name of names.split(" ").filter(Boolean)) assert.ok(["agentmail-webhooks", "npm:agentmail-webhooks", ...installed].includes(name), name);
  }],
  [/^cargo add (?:--dev )?(\S+)(?: --no-default-features)?(?: --features (\S+))?(?: --git https:\/\/github\.com\/agentmail-webhooks\/agentmail-webhooks)?$/, (_, __, name, features = "") => {
    assert.match(manifest, new RegExp(`^(name = "${name}"|${name} = )`, "m"), name);
    for (const feature of features.split(",").filter(() => name === "agentmail-webhooks" && features)) assert.match(manifest, new RegExp(`^${feature} = \\[`, "m"), feature);
  }],
  [/^cargo add (\w[\w-]*(?: \w[\w-]*)+)$/, (_, __, names) => {
    for (const name of names.split(" ")) assert.match(manifest, new RegExp(`^${name} = `, "m"), name);
  }],
  [/^cargo xtask(?: (\w+))?(?: \d+\.\d+\.\d+)?((?: --[\w-]+)*)$/, (_, __, name, options) => {
    assert.ok(name === undefined || commands.includes(`name: "${name}"`), name);
    for (const option of options.split(" ").filter(Boolean)) assert.ok(sources.includes(`"${option}"`), option);
  }],
  [/^npm (?:run )?(?!install)(\w+)(?: -- --remote)?$/, (_, page, script) => {
    assert.ok(JSON.parse(read(join(dirname(page), "package.json"))).scripts[script], script);
  }],
  [/^AGENTMAIL_WEBHOOK_SECRET=whsec_… (npx agentmail-webhooks send) https:\S+$/, (_, __, command) => assert.equal(examples(`${command} https://a.example`).length, 1)],
  // docs/wrangler.mjs deploys without sending, and starts `dev`; examples/ run `d1 execute`. The rest needs Cloudflare.
  [/^npx wrangler (?:dev|deploy|types|secret put AGENTMAIL_WEBHOOK_SECRET)$/, () => {}],
  [/^npx wrangler d1 execute DATABASE --file node_modules\/(\S+?)(?: --remote)?$/, (_, __, file) => createRequire(import.meta.url).resolve(file)],
  [/^npx wrangler queues create (\S+)$/, (_, page, name) => assert.ok(read(join(dirname(page), "wrangler.jsonc")).includes(`"${name}"`), name)],
  // The tests of examples/axum and examples/actix run it.
  [/^cargo run$/, (_, page) => assert.ok(beside(page, "src/main.rs"))],
  // docs/redis.mjs runs them.
  [/^redis-cli /, (_, page) => assert.equal(page, "docs/stores/redis.md")],
  // stores/redis-server.mjs has the same settings.
  [/^redis-server --appendonly yes --appendfsync always --daemonize yes$/, () => {}],
  // docs/runtimes.mjs and docs/postgres.mjs run them.
  [/^(?:deno run --allow-net --allow-env|bun) server\.mjs$/, () => {}],
  // readme.mjs runs it.
  [/^node server\.mjs &$/, (_, page) => assert.ok(["README.md", "pkg-templates/README.md", "docs/start.md"].includes(page))],
  // The tests install the package that it makes.
  [/^npm pack \.\/pkg$/, () => {}],
  // migration.mjs runs it.
  [/^node -e 'new \(require\("agentmail-webhooks"\)\.Webhook\)\(process\.env\.AGENTMAIL_WEBHOOK_SECRET\)'$/, () => {}],
  [/^node --test store\.test\.mjs$/, () => {}],
  // A plugin of cargo: https://www.cargo-lambda.info.
  [/^cargo lambda (?:build --release --arm64|deploy --enable-function-url --env-var AGENTMAIL_WEBHOOK_SECRET=whsec_…)$/, (_, page) => assert.match(read(join(dirname(page), "Cargo.toml")), /^lambda_http = /m)],
  [/^AGENTMAIL_WEBHOOK_SECRET=\$AGENTMAIL_WEBHOOK_SECRET_ACME (npx agentmail-webhooks send http:\S+)$/, (_, __, command) => assert.equal(examples(command).length, 1)],
  [/^sam (?:build|deploy --guided)$/, (_, page) => assert.ok(beside(page, "template.yaml"))],
  [/^(?:echo (["'])AGENTMAIL_WEBHOOK_SECRET=whsec_(?:…|\$\(openssl rand -base64 24\))\1 > \.(?:env|dev\.vars)|export AGENTMAIL_WEBHOOK_SECRET(?:_ACME)?="whsec_\$\(openssl rand -base64 24\)")$/, () => {}],
];

const lines = (code) => code.split("\n").map((line) => line.replace(/(^|\s+)#.*/, "")).filter(Boolean);

function check(line, page) {
  const kinds = KINDS.filter(([pattern]) => pattern.test(line));
  assert.equal(kinds.length, 1, `${page}: ${line} is of ${kinds.length} kinds that are known`);
  const [[pattern, holds]] = kinds;
  holds(line, page, ...line.match(pattern).slice(1));
}

for (const page of pages) {
  const shell = blocks(page).filter(({ language }) => language === "sh");
  if (shell.length === 0) continue;
  test(`shell: ${page}`, () => {
    for (const { code } of shell) {
      execFileSync("sh", ["-n"], { input: code });
      for (const line of lines(code).flatMap((line) => line.split(" && "))) check(line, page);
    }
  });
}

test("shell: what is wrong with a line is found", () => {
  const wrong = ["npm install expres", "cargo add agentmail-webhooks --features axxum", "cargo add axxum", "cargo xtask tset", "cargo xtask test --fast", "npx agentmail-webhook send", "rm -rf /", "npx wrangler d1 execute DATABASE --file node_modules/agentmail-webhooks/stores/nothing.sql", "node ../nothing.mjs http://localhost:3000", "AGENTMAIL_WEBHOOK_SECRET=whsec_… npx agentmail-webhooks sned https://a.example", "redis-cli flushall"];
  for (const line of wrong) assert.throws(() => check(line, "examples/express/README.md"), line);
});

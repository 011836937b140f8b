// The code of the README does what the README says: taken out of it, and run against the package.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { blocks, claims, read } from "./blocks.mjs";
import { SECRET, check, serve, written } from "./kit.mjs";
import { freePort } from "../lib/port.mjs";
import { workerFromSource } from "../lib/worker.mjs";

const PROGRAM = fileURLToPath(new URL("../../../node_modules/.bin/agentmail-webhooks", import.meta.url));
const claimed = claims(import.meta.url);
const block = (name) => claimed("README.md", name);

const express = written("readme/express/server.mjs", block("server.mjs"));
test("README: Express", () => serve(express, { more: send }));

for (const page of ["README.md", "pkg-templates/README.md", "docs/start.md"]) {
  test(`${page}: try it now`, async () => {
    const code = blocks(page).filter(({ language, code }) => language === "sh" && /openssl|node server|127\.0\.0\.1/.test(code)).map(({ code }) => code).join("");
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}/webhooks`;
    // Replaces openssl, which is not installed everywhere.
    const openssl = written("readme/bin/openssl", `#!/bin/sh\nexec "${process.execPath}" -p 'crypto.randomBytes(24).toString("base64")'\n`);
    chmodSync(openssl, 0o755);
    const PATH = [dirname(openssl), dirname(PROGRAM), dirname(process.execPath), process.env.PATH].join(delimiter);
    const shell = spawn("sh", ["-e"], { cwd: dirname(express), env: { ...process.env, PATH, PORT: port }, detached: true });
    let printed = "";
    for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (text) => (printed += text));
    const over = once(shell, "exit");
    try {
      for (const line of code.replaceAll("npx ", "").replaceAll(":3000/", `:${port}/`).split("\n")) {
        shell.stdin.write(`${line}\n`);
        // A user types the next line only after the server has started.
        if (line.endsWith("&")) await up(url, () => printed);
      }
      shell.stdin.end();
      assert.deepEqual(await over, [0, null], printed);
      assert.match(printed, /200/);
    } finally {
      process.kill(-shell.pid, "SIGKILL");
    }
  });
}

const ofThePackage = claimed("pkg-templates/README.md", "server.mjs");
test("README of the package: Express", () => assert.equal(ofThePackage, block("server.mjs")));

/** Waits for a server. */
async function up(url, printed) {
  const answers = () => fetch(url).then(() => true, () => false);
  for (let tries = 0; !(await answers()); tries++) {
    assert.ok(tries < 200, `the server does not start: ${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sends deliveries as the README does, by the command line. */
async function send({ url }) {
  const env = { ...process.env, AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const run = (...args) => promisify(execFile)(PROGRAM, ["send", url, ...args], { env });
  await run();
  await run("--tamper", "all");
}

const worker = block("worker.mjs");
test("README: Cloudflare Workers", async () => {
  const bindings = { AGENTMAIL_WEBHOOK_SECRET: SECRET };
  const miniflare = await workerFromSource(worker, "readme", { bindings });
  try {
    await check((headers, body) =>
      miniflare.dispatchFetch("http://worker.example/", { method: "POST", headers, body }),
    );
  } finally {
    await miniflare.dispose();
  }
});

test("README: a page, not a book", () => {
  const lines = read("README.md").split("\n").length;
  assert.ok(lines <= 200, `${lines} lines`);
  assert.doesNotMatch(read("README.md"), /\b(?:SDK|svix`|standardwebhooks`)\b.*\b(?:times|slower|loses)\b/);
});

test("README: nothing that npm or crates.io would not find", () => {
  const relative = (page) => Array.from(read(page).matchAll(/(?:src|srcset|href)="(?!https:)|\]\((?!https:)/g));
  assert.deepEqual(relative("pkg-templates/README.md"), []);
  // crates.io resolves relative links of Markdown, and no more.
  assert.doesNotMatch(read("README.md"), /(?:src|srcset|href)="(?!https:)/);
});

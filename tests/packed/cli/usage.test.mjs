// The help and the documentation of the command are true, and the library does not load the command.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { webhookHandler } from "agentmail-webhooks/express";
import { blocks, pages, read } from "../docs/blocks.mjs";
import { examples } from "./examples.mjs";
import { BIN, BODY, SECRET, cli, delivery, directory, environment, harmless, internal, rawHttp, start, until } from "./kit.mjs";

const NAMES = ["verify", "explain", "parse", "sign", "send", "listen", "events"];
const manifest = JSON.parse(readFileSync(new URL("../../../node_modules/agentmail-webhooks/package.json", import.meta.url), "utf8"));

test("the overview, the help of each command, the version", async () => {
  const { code, out } = await cli([]);
  assert.equal(code, 0);
  for (const name of NAMES) assert.match(out, new RegExp(`^ {2}${name} `, "m"));
  for (const args of [["--help"], ["-h"], ["help"]]) assert.equal((await cli(args)).out, out);
  assert.equal((await cli(["--version"])).out, `${manifest.version}\n`);
  for (const name of NAMES) {
    const { [name]: command } = await internal(`commands/${name}.js`);
    const { code: helped, out: help } = await cli([name, "--help"]);
    assert.equal(helped, 0);
    assert.equal(help, `${command.help}\n`);
    assert.equal((await cli(["help", name])).out, help);
    // `explain` has those of `verify`, and says so.
    const options = name === "explain" ? [] : Object.keys(command.options ?? {});
    for (const option of options) assert.ok(help.includes(`--${option}`), `${name} --help does not tell --${option}`);
    assert.ok(help.includes("--json"));
    // The help may quote other commands with their options.
    for (const [, option] of help.replaceAll(/"\w+ --[a-z-]+"/g, "").matchAll(/ --([a-z-]+)/g)) {
      const known = ["json", "help", "event", ...Object.keys(command.options ?? {})];
      assert.ok(known.includes(option), `${name} --help tells --${option}, which there is not`);
    }
    for (const line of help.split("\n")) assert.ok(line.length <= 110, `too wide: ${line}`);
  }
});

/** The endpoint in an example: an address on this machine, or the variable `URL`. */
const ENDPOINT = /http:\/\/(127\.0\.0\.1|localhost):\d+|"\$URL"/;

const helps = (await Promise.all(NAMES.map(async (name) => (await internal(`commands/${name}.js`))[name].help))).join("\n");
const documented = pages.flatMap(blocks).filter(({ language }) => language === "sh").map(({ code }) => code).join("\n");

test("every example of the help and of the documentation runs", async (t) => {
  const handler = webhookHandler({ secret: SECRET, onError: () => {} });
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address();
  const saved = delivery();
  const posted = { method: "POST", url: "https://a.example", headers: Object.entries(saved.headers).map(([name, value]) => ({ name, value })), postData: { text: BODY } };
  const other = { ...posted, method: "GET" };
  const { path, file } = directory(t, {
    "request.txt": rawHttp(saved),
    "old.txt": rawHttp(delivery({ at: new Date("2026-03-02T09:15:00Z") })),
    "session.har": JSON.stringify({ log: { entries: [other, other, posted].map((request) => ({ request })) } }),
    "headers.txt": Object.entries(saved.headers).map(([name, value]) => `${name}: ${value}`).join("\n"),
    "refused.json": JSON.stringify({ ...saved, body: Buffer.from(BODY).toString("base64"), isBase64Encoded: true }),
    "body.json": BODY,
    "secrets.txt": `${SECRET}\n`,
    ".env": `AGENTMAIL_WEBHOOK_SECRET=${SECRET}\n`,
    ".dev.vars": `AGENTMAIL_WEBHOOK_SECRET=${SECRET}\n`,
    // Stands in for a command of macOS, and for one that prints a part of JSON.
    pbpaste: "#!/bin/sh\ncat request.txt\n",
    jq: "#!/bin/sh\ncat\n",
  });
  for (const program of ["pbpaste", "jq"]) chmodSync(file(program, readFileSync(join(path, program))), 0o755);
  const lines = [...new Set([...examples(helps), ...examples(documented)])];
  assert.ok(lines.length >= 25, `${lines.length} examples`);
  const PATH = [BIN, path, process.env.PATH].join(delimiter);
  for (const line of lines.filter((example) => !example.startsWith("agentmail-webhooks listen"))) {
    const command = line.replace(ENDPOINT, `http://127.0.0.1:${port}`);
    const result = await new Promise((resolve) => {
      execFile("sh", ["-c", command], { cwd: path, env: environment({ PATH }), timeout: 60_000 }, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
    });
    harmless(result.out + result.err);
    // `--scheme body` is for somebody else's delivery.
    const expected = line.includes("--scheme body") ? 1 : 0;
    assert.equal(result.code, expected, `${line}\n${result.out}\n${result.err}`);
  }
  const listens = lines.filter((example) => example.startsWith("agentmail-webhooks listen"));
  assert.ok(listens.length >= 4);
  for (const line of listens) {
    const args = line.split(" | ")[0].replace(ENDPOINT, `http://127.0.0.1:${port}`).replace(/ --port \d+/, "").split(" ").slice(1);
    const child = start([...args, "--port", "0"], { cwd: path });
    t.after(() => child.kill("SIGKILL"));
    await until(() => /listening/.test(child.text.out) || child.exitCode !== null, () => child.text.err);
    const url = child.text.out.match(/http:\/\/127\.0\.0\.1:\d+\//)[0];
    assert.equal((await fetch(url, { method: "POST", ...delivery() })).status, 200, line);
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "close"), [0, null]);
  }
});

/** Returns the rows of a table of docs/cli.md, by its heading. */
function table(heading) {
  const [, rows] = read("docs/cli.md").match(new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, "m"));
  return rows.trimEnd().split("\n").map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}
const names = (cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name);

test("docs/cli.md: the exit codes, the codes of errors and the forgeries are those that there are", async () => {
  const { EXIT } = await internal("failure.js");
  const { FORGERIES, forgeriesFor } = await internal("forgeries.js");
  assert.deepEqual(table("code \\| meaning").map(([code]) => Number(code)), Object.values(EXIT));
  const scripts = readdirSync(new URL("../../../node_modules/agentmail-webhooks/cli", import.meta.url), { recursive: true }).filter((name) => name.endsWith(".js"));
  const sources = scripts.map((name) => readFileSync(new URL(`../../../node_modules/agentmail-webhooks/cli/${name}`, import.meta.url), "utf8"));
  const codes = sources.flatMap((source) => Array.from(source.matchAll(/(?:new Failure\(|code: |code = )"(\w+)"/g), ([, code]) => code));
  assert.deepEqual(table("code \\| exit").flatMap(([cell]) => names(cell)).sort(), [...new Set([...codes, "body_aborted"])].sort());
  const forgeries = table("`--tamper`").flatMap(([cell, , schemes]) => names(cell).map((name) => [name, schemes]));
  assert.deepEqual(forgeries.map(([name]) => name), Object.keys(FORGERIES));
  for (const [name, schemes] of forgeries) {
    for (const scheme of ["standard", "timestamped", "body"]) assert.equal(forgeriesFor(scheme).includes(name), schemes === "all" || names(schemes).includes(scheme), name);
  }
});

test("npm installed it as a program", async () => {
  assert.deepEqual(manifest.bin, { "agentmail-webhooks": "./cli/agentmail-webhooks.js" });
  assert.equal(manifest.dependencies, undefined);
  const program = join(BIN, "agentmail-webhooks");
  const [error, out] = await new Promise((resolve) => execFile(program, ["--version"], (...answer) => resolve(answer)));
  assert.deepEqual([error, out], [null, `${manifest.version}\n`]);
});

test("the library loads neither the command line nor the testing kit", () => {
  const directory = fileURLToPath(new URL("../../../node_modules/agentmail-webhooks/", import.meta.url));
  const scripts = readdirSync(directory, { recursive: true }).filter((name) => /\.(c|m)?js$/.test(name));
  const library = scripts.filter((name) => !/^(cli|testing)[\\/]/.test(name));
  assert.ok(library.length > 20 && library.length < scripts.length);
  for (const name of library) assert.doesNotMatch(readFileSync(join(directory, name), "utf8"), /["'][^"'\n]*(\/cli\/|\/testing)\b/, name);
});

test("a reader that stops reading is no fault", async () => {
  const child = start(["events", "--json"]);
  child.stdout.destroy();
  const [code] = await once(child, "close");
  assert.deepEqual([code, child.text.err], [0, ""]);
});

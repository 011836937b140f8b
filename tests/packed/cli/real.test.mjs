// Each command, to and from an endpoint as users have it: Express with our adapter. What asks it is curl, and what came
// there was saved as it came.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import express from "express";
import { parse } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/express";
import { EVENT_TYPES } from "agentmail-webhooks/testing";
import { BODY, SECRET, cli, delivery, directory, start, until } from "./kit.mjs";

/** An endpoint; `came` has each request as it came, and what became of it. */
async function endpoint(t, options = {}) {
  const came = [];
  const app = express();
  app.use(express.raw({ type: () => true }), ({ method, url, rawHeaders, body }, _, next) => {
    const lines = rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
    came.push({ raw: Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`, "latin1"), body]) });
    next();
  });
  app.post("/webhooks", webhookHandler({
    secret: SECRET,
    on: { any: (event, { id }) => Object.assign(came.at(-1), { event, id }) },
    onError: ({ code }) => Object.assign(came.at(-1), { code }),
    ...options,
  }));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, came };
}

/** Runs a program to its end, and gives what it printed. */
function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout: 60_000 }, (error, out, err) => (error ? reject(new Error(`${error.message}\n${err}`)) : resolve(out)));
  });
}

/** Posts a file with headers from another one, as curl does. */
const curl = (url, cwd) => run("curl", ["-sS", "-o", "answer", "-w", "%{http_code}", "-H", "@headers.txt", "--data-binary", "@body.json", url], cwd);

test("sign: the headers that it prints, sent by curl", async (t) => {
  for (const scheme of ["standard", "timestamped", "body"]) {
    const { url, came } = await endpoint(t, { scheme });
    const { path, file } = directory(t, { "body.json": BODY });
    const { code, out } = await cli(["sign", "body.json", "--scheme", scheme], { cwd: path });
    assert.equal(code, 0);
    file("headers.txt", out);
    assert.equal(await curl(url, path), "200");
    assert.deepEqual(came[0].event, parse(BODY));
    file("body.json", `${BODY} `);
    assert.deepEqual([await curl(url, path), came[1].code], ["401", "signature_mismatch"]);
  }
});

test("sign --curl: the command that it prints, run by a shell", async (t) => {
  const { url, came } = await endpoint(t);
  const { path } = directory(t, { "body.json": BODY });
  for (const args of [["body.json", "--id", "msg_7"], ["--event", "calendar.event.responded"]]) {
    const { out } = await cli(["sign", ...args, "--curl", url], { cwd: path });
    assert.match(await run("bash", ["-c", out], path), /^HTTP\/1\.1 200 OK\r\n/);
  }
  assert.deepEqual(came.map(({ event }) => event.event_type), ["message.received", "calendar.event.responded"]);
  assert.equal(came[0].id, "msg_7");
});

test("events: each sample, signed and sent by curl", async (t) => {
  const { url, came } = await endpoint(t);
  const { path, file } = directory(t);
  for (const name of EVENT_TYPES) {
    file("body.json", (await cli(["events", name])).out);
    file("headers.txt", (await cli(["sign", "body.json"], { cwd: path })).out);
    assert.equal(await curl(url, path), "200");
    assert.equal(came.at(-1).event.event_type, name);
  }
});

test("verify, explain, parse: what came there", async (t) => {
  const { url, came } = await endpoint(t);
  const { path, file } = directory(t);
  const { headers } = delivery();
  file("headers.txt", Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n"));
  for (const body of [BODY, BODY.replace("Jane", "Mary")]) {
    file("body.json", body);
    await curl(url, path);
  }
  const [genuine, forged] = came.map(({ raw }, at) => file(`${at}.txt`, raw));
  const verified = await cli(["verify", genuine, "--json"]);
  assert.deepEqual([verified.code, verified.json[0].event, verified.json[0].id], [0, came[0].event, came[0].id]);
  const explained = await cli(["explain", genuine, "--json"]);
  assert.deepEqual([explained.code, explained.json[0].checks.map(({ verdict }) => verdict)], [0, Array(5).fill("pass")]);
  assert.deepEqual((await cli(["parse", "--request", genuine, "--json"])).json, [came[0].event]);
  const refused = await cli(["verify", forged, "--json"]);
  assert.deepEqual([refused.code, refused.json[0].error.code, came[1].code], [1, "signature_mismatch", "signature_mismatch"]);
  assert.equal((await cli(["explain", forged])).code, 1);
});

test("send, verify: the endpoint and the command refuse alike", async (t) => {
  const { url, came } = await endpoint(t);
  assert.equal((await cli(["send", url, "--tamper", "all"])).code, 0);
  assert.equal(came.length, 10);
  for (const { raw, code } of came) {
    const { json } = await cli(["verify", "--json"], { input: raw });
    assert.deepEqual([json[0].verified, json[0].error.code], [false, code]);
  }
  assert.equal(new Set(came.map(({ code }) => code)).size, 6);
});

test("listen, send: what came is saved, forwarded, and sent again", async (t) => {
  const { url, came } = await endpoint(t);
  const { path, file } = directory(t, { "body.json": BODY });
  const child = start(["listen", "--port", "0", "--forward", url, "--save", ".", "--json"], { cwd: path });
  t.after(() => child.kill("SIGKILL"));
  const lines = () => child.text.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  await until(() => child.text.out.endsWith("\n"), () => child.text.err);
  file("headers.txt", (await cli(["sign", "body.json"], { cwd: path })).out);
  assert.equal(await curl(lines()[0].listening, path), "200");
  await until(() => child.text.out.split("\n").length === 3, () => child.text.out);
  const [, { saved, forward, event }] = lines();
  assert.deepEqual([forward.status, came[0].event], [200, event]);
  const again = await cli(["send", url, "--request", saved], { cwd: path });
  assert.deepEqual([again.code, came[1].event], [0, event]);
  assert.notEqual(came[1].id, came[0].id, "a delivery of its own");
  child.kill("SIGINT");
  assert.deepEqual(await once(child, "close"), [0, null]);
});

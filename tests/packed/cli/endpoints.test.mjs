// `send` and `listen`, to and from real endpoints.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { createServer as createTls } from "node:https";
import { connect, createServer as createTcp } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/express";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { EVENT_TYPES, sample } from "agentmail-webhooks/testing";
import { CERTIFICATE, KEY } from "./certificate.mjs";
import { BODY, OTHER_SECRET, SECRET, cli, delivery, directory, endpoint, harmless, internal, rawHttp, start, until } from "./kit.mjs";

/** An endpoint of this library, with what it handled. */
async function library(t, options = {}) {
  const handled = [];
  const handler = webhookHandler({ secret: SECRET, onError: () => {}, on: { any: (event) => handled.push(event) }, ...options });
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/`, handled };
}

test("send: every event, to an endpoint that verifies", async (t) => {
  const { url, handled } = await library(t);
  for (const eventType of EVENT_TYPES) {
    const { code, json } = await cli(["send", url, "--event", eventType, "--json"]);
    const [{ id, milliseconds, ...rest }] = json;
    assert.match(id, /^msg_[0-9a-f]{24}$/);
    assert.ok(Number.isInteger(milliseconds));
    assert.deepEqual(rest, { attempt: 1, tamper: null, url, event_type: eventType, status: 200, answer: "", expected: true });
    assert.equal(code, 0);
    assert.equal(handled.at(-1).event_type, eventType);
  }
  const merged = await cli(["send", url, "--merge", '{"message":{"subject":"Hello"}}', "--dialect", "002"]);
  assert.equal(merged.code, 0);
  assert.match(merged.out, /^POST http:\/\/127\.0\.0\.1:\d+\/ {2}message\.received {2}msg_\w+\n200 OK {2}in \d+ ms\n$/);
  assert.equal(handled.at(-1).message.subject, "Hello");
  assert.equal(handled.at(-1).message.attachments[0].inline, false);
  const ids = handled.map(({ event_id, message_id }) => event_id ?? message_id);
  assert.equal(new Set(ids).size, ids.length, "each sample is a new event");
});

test("send: retries are handled once", async (t) => {
  const { url, handled } = await library(t, { store: memoryStore() });
  const { code, json } = await cli(["send", url, "--repeat", "3", "--interval", "1", "--json"]);
  assert.equal(code, 0);
  assert.deepEqual(json.map(({ attempt, status }) => [attempt, status]), [[1, 200], [2, 200], [3, 200]]);
  assert.equal(new Set(json.map(({ id }) => id)).size, 1);
  assert.equal(handled.length, 1);
  // Another run sends another event, unless it is told which.
  const again = ["send", url, "--merge", '{"event_id":"evt_again"}'];
  for (const _ of [1, 2]) assert.equal((await cli(again)).code, 0);
  assert.equal(handled.length, 2, "the same event, from another run");
});

test("send: one of each event", async (t) => {
  const { url, handled } = await library(t);
  const { code, json } = await cli(["send", url, "--event", "all", "--repeat", "2", "--json"]);
  assert.equal(code, 0);
  assert.deepEqual(json.map(({ event_type, attempt }) => `${event_type} ${attempt}`), EVENT_TYPES.flatMap((name) => [`${name} 1`, `${name} 2`]));
  assert.equal(new Set(json.map(({ id }) => id)).size, EVENT_TYPES.length);
  assert.deepEqual(handled.map(({ event_type }) => event_type), json.map(({ event_type }) => event_type));
  const read = await cli(["send", url, "--event", "all"]);
  assert.match(read.out, /^POST http:\S+ {2}22 events\nmessage\.received {18}200 OK {2}in \d+ ms\n/);
});

test("send: what came once, again", async (t) => {
  const { url, handled } = await library(t);
  const { file } = directory(t);
  const request = file("request.txt", rawHttp(delivery({ at: new Date("2026-03-02T09:15:00Z") })));
  assert.equal((await cli(["verify", request])).code, 1, "it is old by now");
  const { code, json } = await cli(["send", url.replace("http://", ""), "--request", request, "--json"]);
  assert.deepEqual([code, json[0].url, json[0].event_type, json[0].status], [0, url, null, 200]);
  assert.equal(handled[0].message.message_id, "<1@mail.example>");
  const har = file("session.har", JSON.stringify({ log: { entries: ["{}", BODY].map((text) => ({ request: { headers: [], postData: { text } } })) } }));
  assert.equal((await cli(["send", url, "--request", har, "--entry", "2"])).code, 0);
  assert.equal(handled.length, 2);
});

test("send: why something genuine is not handled", async (t) => {
  const { url } = await library(t);
  const other = await cli(["send", url], { env: { AGENTMAIL_WEBHOOK_SECRET: OTHER_SECRET } });
  assert.deepEqual([other.code, /^401 .*\nhint {2}the endpoint refuses genuine deliveries: does it have another secret/m.test(other.out)], [1, true], other.out);
  const { url: nowhere } = await endpoint(t, (_, response) => response.writeHead(404).end("none"));
  assert.match((await cli(["send", nowhere])).out, /^404 .*\n {2}none\nhint {2}does your webhook have another path\?\n$/m);
  assert.doesNotMatch((await cli(["send", nowhere, "--tamper", "body"])).out, /hint/);
});

test("send: a body of one's own, byte by byte", async (t) => {
  const { url, requests } = await endpoint(t, (_, response) => response.end());
  const { file } = directory(t);
  const bytes = Buffer.from([0xff, 0x00, 0x7b, 0x0a]);
  for (const body of [bytes, Buffer.from(BODY), Buffer.from(`\ufeff${BODY}`)]) {
    const { code, json } = await cli(["send", url, "--body", file("body", body), "--json"]);
    assert.deepEqual([code, json[0].event_type], [0, null]);
    assert.deepEqual(requests.at(-1).body, body);
    assert.match(requests.at(-1).headers["user-agent"], /^agentmail-webhooks\/\d/);
    new Webhook(SECRET).verify(body, requests.at(-1).headers);
  }
});

test("send: forgeries are refused by this library, in every scheme", async (t) => {
  const { forgeriesFor, FORGERIES } = await internal("forgeries.js");
  for (const scheme of ["standard", "timestamped", "body"]) {
    const { url, handled } = await library(t, { scheme });
    const { code, json } = await cli(["send", url, "--tamper", "all", "--scheme", scheme, "--json"]);
    assert.deepEqual(json.map(({ tamper }) => tamper), forgeriesFor(scheme));
    for (const { tamper, status, expected } of json) assert.deepEqual([tamper, expected, [400, 401].includes(status)], [tamper, true, true]);
    assert.deepEqual([code, handled], [0, []]);
    assert.equal((await cli(["send", url, "--scheme", scheme])).code, 0, "a genuine one passes");
  }
  assert.equal(forgeriesFor("standard").length, Object.keys(FORGERIES).length);
  const codes = [];
  const { url } = await library(t, { onError: ({ code }) => codes.push(code) });
  for (const kind of Object.keys(FORGERIES)) {
    const { out } = await cli(["send", url, "--tamper", kind]);
    assert.match(out, /40[01] \w.* refused, as it should be/);
  }
  assert.deepEqual(codes, [
    ...Array(4).fill("signature_mismatch"), "timestamp_too_old", "timestamp_too_new", "signature_mismatch",
    "wrong_scheme", "unsigned_delivery", "missing_header",
  ]);
});

test("send: an endpoint that accepts forgeries is found out", async (t) => {
  // It compares the signature, and neither the time nor the raw body: `JSON.parse`, then `JSON.stringify`.
  const { url } = await endpoint(t, ({ headers, body }, response) => {
    const text = JSON.stringify(JSON.parse(body));
    const { "svix-id": id = "", "svix-timestamp": timestamp = "0", "svix-signature": signature } = headers;
    const signed = id && new Webhook(SECRET, { now: () => Number(timestamp) }).sign(text, { id, timestamp: Number(timestamp) })["svix-signature"];
    response.writeHead(signed && signed === signature ? 200 : 401).end();
  });
  const { code, json, out } = await cli(["send", url, "--tamper", "all", "--json"]);
  assert.equal(code, 1, out);
  assert.deepEqual(json.filter(({ expected }) => !expected).map(({ tamper }) => tamper), ["body", "stale", "future"]);
  const read = await cli(["send", url, "--tamper", "stale"]);
  assert.match(read.out, /^stale +200 OK .*ACCEPTED: a forgery must be refused\n +genuine, and sent again an hour later$/m);
  const broken = await endpoint(t, (_, response) => response.writeHead(500).end());
  assert.equal((await cli(["send", broken.url, "--tamper", "body"])).code, 1, "a failure is no refusal");
});

test("send: answers of every kind", async (t) => {
  const answers = {
    "/ok": [200, "fine"],
    "/empty": [204, ""],
    "/moved": [302, ""],
    "/bad": [404, "no such page"],
    "/error": [500, "\x1b]0;owned\x07\x1b[2J\x9b\u202e\nsecond\r\nline"],
    "/binary": [200, Buffer.from([0xff, 0xfe, 0x00])],
    "/large": [200, "x".repeat(1e6)],
  };
  const { url, requests } = await endpoint(t, ({ url: path }, response) => {
    const [status, body] = answers[path];
    response.writeHead(status, { location: "/ok" }).end(body);
  });
  const to = (path) => new URL(path, url).href;
  for (const [path, [status, body]] of Object.entries(answers)) {
    const { code, json } = await cli(["send", to(path), "--json"]);
    assert.deepEqual([code, json[0].status], [status < 300 ? 0 : 1, status]);
    assert.equal(json[0].answer, path === "/binary" ? null : body.slice(0, 65536));
    const read = await cli(["send", to(path)]);
    assert.equal(read.code, code);
    assert.ok(read.out.length < 5000);
    assert.match(read.out, new RegExp(`^${status} `, "m"));
  }
  assert.equal(requests.filter(({ url: path }) => path === "/ok").length, 2, "redirects are not followed");
});

test("send: what cannot be reached", async (t) => {
  const hanging = await endpoint(t, () => {});
  const closing = await endpoint(t, (_, response) => response.destroy());
  const half = await endpoint(t, (_, response) => {
    response.writeHead(200, { "content-length": 10 }).write("half");
    setTimeout(() => response.destroy(), 100);
  });
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  await once(free, "close");
  const ssh = createTcp((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH_9.2\r\n")).listen(0, "127.0.0.1");
  await once(ssh, "listening");
  t.after(() => ssh.close());
  for (const [url, why] of [
    [`http://127.0.0.1:${ssh.address().port}/`, "what listens there does not speak HTTP"],
    [closing.url.replace("http:", "https:"), "what listens there does not speak TLS"],
    ["http://127.0.0.1:22/", "HTTP clients do not connect to this port"],
    [hanging.url, "no response in time"],
    [closing.url, "it closed the connection"],
    [half.url, "it closed the connection"],
    [`http://127.0.0.1:${port}/`, "nothing listens there"],
    ["http://no-such-host.invalid/", "(there is no such host|its name cannot be resolved at the moment)"],
  ]) {
    const { code, json } = await cli(["send", url, "--timeout", "1", "--json"]);
    assert.deepEqual([code, json.length, json[0].error.code, json[0].error.exit], [3, 1, "unreachable", 3]);
    assert.match(json[0].error.message, new RegExp(`cannot be reached: ${why}$`));
  }
});

test("send: a certificate that is not trusted, until it is", async (t) => {
  const server = createTls({ key: KEY, cert: CERTIFICATE }, (request, response) => request.resume().on("end", () => response.end("ok"))).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { file } = directory(t);
  const url = `https://127.0.0.1:${server.address().port}/`;
  const { code, err } = await cli(["send", url]);
  assert.deepEqual([code, /self-signed certificate \(unreachable\)\nhint {2}.*NODE_EXTRA_CA_CERTS=/.test(err)], [3, true], err);
  const trusted = await cli(["send", url], { env: { NODE_EXTRA_CA_CERTS: file("certificate.pem", CERTIFICATE) } });
  assert.equal(trusted.code, 0, trusted.err);
});

/** `listen` on a free port. */
async function listening(t, args = [], options = {}) {
  const child = start(["listen", "--port", "0", ...args], options);
  t.after(() => child.kill("SIGKILL"));
  await until(() => /listening/.test(child.text.out) || child.exitCode !== null, () => child.text.err);
  const url = child.text.out.match(/http:\/\/127\.0\.0\.1:\d+\//)[0];
  const post = (saved, more = {}) => fetch(`${url}webhooks`, { method: "POST", signal: AbortSignal.timeout(20_000), ...saved, ...more });
  const lines = () => child.text.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  /** Ends it as Ctrl-C does. */
  const stop = async (signal = "SIGINT") => {
    const closed = once(child, "close");
    child.kill(signal);
    const [code] = await closed;
    harmless(child.text.out + child.text.err);
    return code;
  };
  return { child, url, post, lines, stop };
}

test("listen: genuine, refused, again", async (t) => {
  const { child, post, lines, stop, url } = await listening(t, ["--json"], { env: { AGENTMAIL_WEBHOOK_SECRET_2: OTHER_SECRET } });
  const genuine = await post(delivery());
  assert.deepEqual([genuine.status, await genuine.text()], [200, ""]);
  assert.equal((await post(delivery({ secret: OTHER_SECRET }))).status, 200);
  const forged = await post(delivery(), { body: `${BODY}\n` });
  assert.deepEqual([forged.status, await forged.text()], [401, ""], "the sender is told nothing");
  const none = await post({ body: "{}" });
  assert.equal(none.status, 400);
  const get = await fetch(url);
  assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
  await until(() => child.text.out.trimEnd().split("\n").length === 6, () => child.text.out);
  assert.equal(await stop(), 0);
  const [first, one, two, three, four, five] = lines();
  assert.deepEqual(first, { listening: url });
  const { event, timestamp, ...rest } = one;
  assert.equal(event.message.message_id, "<1@mail.example>");
  assert.ok(Math.abs(timestamp - Date.now() / 1000) < 60);
  assert.deepEqual(rest, { status: 200, verified: true, scheme: "standard", id: "msg_1", secretIndex: 0, idempotencyKey: "evt_1", warnings: [], attempt: 1 });
  assert.deepEqual([two.secretIndex, two.attempt], [1, 2]);
  assert.deepEqual([three.status, three.verified, three.error.code], [401, false, "signature_mismatch"]);
  assert.ok(three.checks.some(({ check, verdict }) => check === "payload" && verdict === "fail"), "it is explained here");
  assert.deepEqual([four.status, four.error.code], [400, "missing_header"]);
  assert.deepEqual([five.status, five.error.code], [405, "method_not_allowed"]);
});

test("listen: what a person reads, of a hostile sender too", async (t) => {
  const { child, post, stop } = await listening(t);
  const body = JSON.stringify(sample("message.received", { message: { subject: "\x1b]0;owned\x07\x1b[2J\x9b\u202e", text: "a\r\nb" } }));
  await post(delivery({ body }));
  await post(delivery({ body }));
  await post(delivery({ body: JSON.stringify(sample("message.received", { message: { size: "1 KB" } })) }));
  await post(delivery(), { body: `${BODY}\n` });
  await post(delivery({ body: '{"event_type":"message.sent"}' }));
  await until(() => /invalid_event/.test(child.text.out), () => child.text.out);
  assert.equal(await stop("SIGTERM"), 0);
  const { out } = child.text;
  assert.match(out, /^\d\d:\d\d:\d\d {2}genuine {2}200 {2}msg_1 {2}secret 0\n {2}message\.received$/m);
  assert.match(out, /subject {2}\\u001b\]0;owned\\u0007/);
  assert.match(out, /again: attempt 2/);
  assert.match(out, /^ {2}warning {2}message\.size: expected an integer, found a string$/m);
  assert.match(out, /refused {2}401 signature_mismatch/);
  assert.match(out, /^ {2}fail {2}payload +verifies without/m);
  assert.match(out, /genuine, but refused {2}400 invalid_event/);
  assert.doesNotMatch(out, /undefined|\[object|NaN/);
});

test("listen: forwards what is genuine, and nothing else", async (t) => {
  const app = await endpoint(t, (_, response) => response.writeHead(202, { "content-type": "text/plain", "x-app": "1" }).end("queued"));
  const { url: endpointUrl, post, lines, stop, child } = await listening(t, ["--json", "--forward", `${app.url}?a=1`]);
  const saved = delivery();
  // In chunks, over a connection with headers of its own.
  const request = httpRequest(endpointUrl, { method: "POST", headers: { ...saved.headers, "x-trace": "7", te: "trailers", "keep-alive": "5", connection: "keep-alive, X-Hop", "x-hop": "1", "proxy-authorization": "Basic x" } });
  request.write(saved.body.slice(0, 10));
  request.end(saved.body.slice(10));
  const [answer] = await once(request, "response");
  const answered = (await answer.setEncoding("utf8").toArray()).join("");
  assert.deepEqual([answer.statusCode, answered, answer.headers["content-type"]], [202, "queued", "text/plain"]);
  assert.equal((await post(saved, { body: "{}" })).status, 401);
  assert.equal(app.requests.length, 1);
  const [{ method, url, headers, body }] = app.requests;
  assert.deepEqual([method, url, headers["x-trace"], body.toString()], ["POST", "/webhooks?a=1", "7", BODY]);
  for (const name of ["te", "keep-alive", "transfer-encoding", "x-hop", "proxy-authorization"]) assert.equal(headers[name], undefined, name);
  new Webhook(SECRET).receive(body, headers);
  await until(() => child.text.out.trimEnd().split("\n").length === 3, () => child.text.out);
  assert.equal(await stop(), 0);
  const [, { status, forward }, refused] = lines();
  assert.deepEqual([status, forward.url, forward.status, refused.forward], [202, `${app.url}?a=1`, 202, undefined]);
});

test("listen: what came is saved, as it came", async (t) => {
  const { path } = directory(t);
  const { url, post, stop, lines, child } = await listening(t, ["--json", "--save", "deliveries/new"], { cwd: path });
  const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x0a]);
  await post(delivery());
  await post(delivery(), { body: `${BODY}\n` });
  await post({ body: bytes, headers: { "x-note": "gr\u00fc\u00df" } });
  const request = httpRequest(`${url}webhooks?a=1`, { method: "POST", headers: delivery().headers });
  request.write(BODY.slice(0, 10));
  request.end(BODY.slice(10));
  await once(request, "response");
  await until(() => child.text.out.trimEnd().split("\n").length === 5, () => child.text.out);
  assert.equal(await stop(), 0);
  const saved = lines().slice(1).map((line) => line.saved);
  assert.ok(saved.every((name) => /^deliveries\/new\/\d{8}T\d{6}Z-\d+-\d\.txt$/.test(name)), `${saved}`);
  const codes = [];
  for (const name of saved) {
    assert.equal(statSync(join(path, name)).mode & 0o777, 0o600, "for nobody else");
    const { json } = await cli(["verify", name, "--json"], { cwd: path });
    assert.deepEqual(json[0].notes, []);
    codes.push(json[0].error?.code ?? json[0].event.event_id);
  }
  assert.deepEqual(codes, ["evt_1", "signature_mismatch", "missing_header", "evt_1"]);
  const { parseRequest } = await internal("requests.js");
  const { body, headers, method, url: target } = parseRequest(readFileSync(join(path, saved[2])));
  assert.deepEqual([Buffer.from(body), method, target], [bytes, "POST", "/webhooks"]);
  assert.ok(headers.some(([name, value]) => name === "x-note" && value === "gr\u00fc\u00df"));
});

test("listen: what cannot be saved is not acknowledged", async (t) => {
  const { path, file } = directory(t);
  const inFile = await cli(["listen", "--save", file("file", ""), "--json"]);
  assert.deepEqual([inFile.code, inFile.json[0].error.code], [3, "cannot_write"]);
  const { post, child, stop } = await listening(t, ["--save", "new"], { cwd: path });
  rmSync(join(path, "new"), { recursive: true });
  assert.equal((await post(delivery())).status, 500, "the sender tries again");
  await until(() => /500 cannot_write {2}new\/.* cannot be written/.test(child.text.out), () => child.text.out);
  assert.equal(await stop(), 0);
});

test("listen: an app that is down", async (t) => {
  const down = await endpoint(t, (_, response) => response.destroy());
  const { post, child, stop } = await listening(t, ["--forward", down.url]);
  assert.equal((await post(delivery())).status, 502, "the sender tries again");
  await until(() => /not forwarded/.test(child.text.out), () => child.text.out);
  assert.match(child.text.out, /not forwarded: .*it closed the connection/);
  assert.equal(await stop(), 0);
});

test("listen: large bodies, broken bodies, broken HTTP", async (t) => {
  const { url, child, lines, stop, post } = await listening(t, ["--json"]);
  const { port } = new URL(url);
  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: "POST", headers: { "content-length": 6e6 } }, (response) => resolve(response.statusCode));
    request.on("error", reject);
    request.flushHeaders();
  });
  assert.equal(status, 413);
  const abort = httpRequest(url, { method: "POST", headers: { "content-length": 100 } });
  abort.on("error", () => {});
  abort.write("half");
  setTimeout(() => abort.destroy(), 100);
  await until(() => /body_aborted/.test(child.text.out), () => child.text.out);
  const socket = connect(port, "127.0.0.1");
  socket.end("\x1b[2J nonsense\r\n\r\n");
  await once(socket.resume(), "close");
  assert.equal((await post(delivery())).status, 200, "it still listens");
  await until(() => child.text.out.trimEnd().split("\n").length === 4, () => child.text.out);
  assert.equal(await stop(), 0);
  assert.deepEqual(lines().slice(1).map(({ error }) => error?.code), ["payload_too_large", "body_aborted", undefined]);
});

test("listen: a port that is taken, one that is none, and itself", async (t) => {
  const taken = await endpoint(t, () => {});
  const port = new URL(taken.url).port;
  const busy = await cli(["listen", "--port", port, "--json"]);
  assert.deepEqual([busy.code, busy.json[0].error.code, busy.json[0].error.message], [3, "cannot_listen", `cannot listen on port ${port}: it is taken`]);
  for (const args of [["--port", "65536"], ["--port", "-1"], ["--forward", "ftp://a.example/"], ["--forward", "/webhooks"]]) {
    assert.equal((await cli(["listen", ...args])).code, 2, args.join(" "));
  }
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const own = free.address().port;
  free.close();
  await once(free, "close");
  assert.equal((await cli(["listen", "--port", `${own}`, "--forward", `http://127.0.0.1:${own}/`])).code, 2);
  // By another name, or through a tunnel, it is seen when a delivery comes back.
  const { post, lines, stop } = await listening(t, ["--json", "--port", `${own}`, "--forward", `http://localhost:${own}/`]);
  assert.equal((await post(delivery())).status, 508);
  assert.equal(await stop(), 0);
  assert.deepEqual(lines().slice(1).map(({ status, error }) => [status, error?.code]), [[508, "loop"], [508, undefined]]);
});

test("send to listen, which forwards to an endpoint of the library", async (t) => {
  const { url: app, handled } = await library(t, { store: memoryStore() });
  const { url, stop } = await listening(t, ["--forward", app]);
  assert.equal((await cli(["send", url, "--event", "calendar.event.created", "--repeat", "2"])).code, 0);
  assert.equal((await cli(["send", url, "--tamper", "all"])).code, 0);
  assert.deepEqual(handled.map(({ event_type }) => event_type), ["calendar.event.created"]);
  assert.equal(await stop(), 0);
});

test("listen --save: no more than a disk can take", async (t) => {
  const { Recorder } = await internal("recorder.js");
  const { path } = directory(t);
  const recorder = await Recorder.in(path, 200);
  const request = { method: "POST", url: "/", headers: [["svix-id", "msg_1"]] };
  await recorder.save(request, Buffer.alloc(100));
  await assert.rejects(recorder.save(request, Buffer.alloc(100)), { code: "cannot_write" });
  assert.equal(readdirSync(path).length, 1);
});

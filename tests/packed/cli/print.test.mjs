// `parse`, `sign` and `events`, and the output for hostile text.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { promisify } from "node:util";
import { Webhook, parse } from "agentmail-webhooks";
import { EVENT_TYPES, sample } from "agentmail-webhooks/testing";
import { BODY, SECRET, cli, delivery, directory, endpoint, rawHttp, start } from "./kit.mjs";

test("parse: the event that the library gives", async () => {
  for (const eventType of EVENT_TYPES) {
    const payload = JSON.stringify(sample(eventType));
    const { code, json, err } = await cli(["parse", "--json"], { input: payload, env: { AGENTMAIL_WEBHOOK_SECRET: "" } });
    assert.deepEqual([code, err, json], [0, "", [parse(payload)]]);
  }
});

test("parse: for a person, by a file and by a saved request", async (t) => {
  const { file } = directory(t);
  const shown = await cli(["parse", file("body.json", BODY)]);
  assert.equal(shown.code, 0);
  assert.match(shown.out, /^message\.received\n {2}event_id {2}evt_1\n/);
  assert.match(shown.out, /^ {4}from {2}Jane <jane@mail\.example>$/m);
  assert.match(shown.err, /^not verified/);
  const request = file("request.txt", rawHttp(delivery()));
  const saved = await cli(["parse", "--request", request]);
  assert.deepEqual([saved.code, saved.out], [0, shown.out]);
  const asPayload = await cli(["parse", request, "--json"]);
  assert.deepEqual([asPayload.code, asPayload.json[0].error.hint], [2, "agentmail-webhooks parse --request FILE"]);
});

test("parse: no event", async () => {
  for (const [payload, expected] of [["{", "invalid_json"], ["{}", "invalid_event"], ["", "invalid_json"], ["\xff\0", "invalid_json"]]) {
    const { code, json } = await cli(["parse", "--json"], { input: Buffer.from(payload, "latin1") });
    assert.deepEqual([code, json[0].error.code, json[0].error.exit], [1, expected, 1]);
  }
});

/** Control sequences of terminals, and characters that reverse or hide text. */
const HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\b\x7f\u202egnp.exe\u2066\u2028\u{e0041}";

test("what strangers wrote reaches no terminal raw", async () => {
  const event = sample("message.received", {
    message: { subject: HOSTILE, from: `${HOSTILE} <a@b.example>`, headers: { [HOSTILE]: HOSTILE }, attachments: [{ filename: HOSTILE }], [HOSTILE]: HOSTILE },
  });
  const payload = JSON.stringify(event);
  // The payload has these characters unescaped, where JSON allows it.
  assert.match(payload, /[\x7f\x9b\u202e\u2028]/);
  for (const args of [["parse"], ["parse", "--json"], ["sign"], ["sign", "--json"], ["sign", "--curl", "http://127.0.0.1/"]]) {
    const { code, out } = await cli(args, { input: payload });
    assert.equal(code, 0);
    if (args[0] === "parse") assert.match(out, /\\u001b\]0;owned\\u0007/);
  }
  const unknown = await cli(["parse"], { input: JSON.stringify({ event_type: HOSTILE, a: { b: [HOSTILE] } }) });
  assert.equal(unknown.code, 0);
  const json = await cli(["parse", "--json"], { input: payload });
  assert.deepEqual(json.json, [parse(payload)]);
  for (const args of [["verify"], ["verify", "--json"], ["explain"], ["explain", "--json"]]) {
    await cli(args, { input: rawHttp({ headers: { "svix-id": HOSTILE, "svix-timestamp": HOSTILE, "svix-signature": HOSTILE, [`x${HOSTILE}`]: "1" }, body: payload }) });
    await cli(args, { input: rawHttp({ ...delivery({ body: payload }), body: payload }) });
  }
  await cli([HOSTILE, "--json"]);
  await cli(["verify", HOSTILE, `--${HOSTILE}`]);
  const har = { log: { entries: [1, 2].map(() => ({ request: { method: HOSTILE, url: HOSTILE, headers: [] } })) } };
  const { code, err } = await cli(["verify"], { input: JSON.stringify(har) });
  assert.equal(code, 2);
  assert.match(err, /--entry 2 {2}\\u001b/);
});

test("a long text is cut for a person, and whole in JSON", async () => {
  const input = JSON.stringify(sample("message.received", { message: { text: "🙂".repeat(5000) } }));
  const { out } = await cli(["parse"], { input });
  assert.match(out, /^ {4}text {2}(🙂){200}… \(10000 characters\)$/mu);
  assert.equal((await cli(["parse", "--json"], { input })).json[0].message.text.length, 10_000);
});

test("sign: headers that verify", async (t) => {
  const { file } = directory(t);
  const path = file("body.json", BODY);
  const { code, out } = await cli(["sign", path]);
  assert.equal(code, 0);
  const headers = out.trimEnd().split("\n").map((line) => line.split(": "));
  assert.deepEqual(headers.map(([name]) => name), ["content-type", "svix-id", "svix-timestamp", "svix-signature"]);
  new Webhook(SECRET).receive(BODY, headers);
  const fixed = await cli(["sign", path, "--id", "msg_7", "--timestamp", "2026-03-02T09:15:00Z", "--json"]);
  const signed = new Webhook(SECRET).sign(BODY, { id: "msg_7", timestamp: 1772442900 });
  assert.deepEqual(fixed.json, [{ headers: { "content-type": "application/json", ...signed }, body: BODY }]);
});

test("sign: the body of a saved request, anew", async (t) => {
  const { file } = directory(t);
  const saved = delivery({ at: new Date("2026-03-02T09:15:00Z"), body: `\ufeff${BODY}` });
  const { code, json } = await cli(["sign", "--request", file("request.txt", rawHttp(saved)), "--json"]);
  assert.deepEqual([code, json[0].body], [0, saved.body], "byte by byte");
  new Webhook(SECRET).verify(saved.body, json[0].headers);
});

test("colours where no terminal is, if they are wanted", async () => {
  const input = rawHttp(delivery());
  const colours = async (env, ...args) => {
    const child = start(["verify", ...args], { env });
    child.stdin.end(input);
    await once(child, "close");
    return child.text.out.includes("\x1b[32;1mgenuine\x1b[0m");
  };
  assert.deepEqual([await colours({ FORCE_COLOR: "1" }), await colours({ FORCE_COLOR: "1", NO_COLOR: "1" }), await colours({})], [true, true, false]);
  assert.deepEqual([await colours({ FORCE_COLOR: "0" }), await colours({ FORCE_COLOR: "1" }, "--json")], [false, false]);
});

test("sign: what it prints, verify reads", async () => {
  const binary = Buffer.from([0xff, 0x00, 0x1b, 0x27, 0x5c, 0x80, 0x31]);
  for (const scheme of ["standard", "timestamped", "body"]) {
    for (const options of [[], ["--json"], ["--curl", "https://a.example/hook?a=1&b=2"]]) {
      const args = ["--scheme", scheme];
      const { out } = await cli(["sign", "--event", "message.bounced", "--merge", '{"bounce":{"sub_type":"It\'s \\u001b $HOME"}}', ...args, ...options]);
      const { code, json } = await cli(["verify", ...args, "--json"], { input: out });
      assert.deepEqual([code, json[0].event.bounce.sub_type], [0, "It's \x1b $HOME"]);
    }
  }
  const { out } = await cli(["sign", "--json"], { input: binary });
  assert.equal(JSON.parse(out).isBase64Encoded, true);
  const { code, json } = await cli(["verify", "--json"], { input: out });
  assert.deepEqual([code, json[0].verified, json[0].error.code], [1, true, "invalid_json"]);
});

test("sign: the curl command runs", async (t) => {
  const { url, requests } = await endpoint(t, (_, response) => response.end("ok"));
  const { path, file } = directory(t);
  const payloads = [BODY, "@not-a-file", Buffer.from([0xff, 0x1b, 0x27, 0x5c, 0x80, 0x31]), JSON.stringify({ a: `${HOSTILE}'` }), "line\r\nline\n"];
  for (const payload of payloads) {
    for (const args of [[], [file("pay load's.json", payload)]]) {
      const { code, out } = await cli(["sign", ...args, "--curl", `${url}/[1-2]?{a,b}`], { input: payload });
      assert.equal(code, 0);
      const before = requests.length;
      await promisify(execFile)("bash", ["-c", out], { cwd: path, timeout: 20_000 });
      assert.equal(requests.length - before, 1, "curl makes several URLs of none");
      const { headers, body } = requests.at(-1);
      assert.deepEqual(body, Buffer.from(payload));
      new Webhook(SECRET).verify(body, headers);
    }
  }
  const { code } = await cli(["sign", "--curl", url], { input: "a\0b" });
  assert.equal(code, 2, "no command holds a NUL");
});

test("events: a list, a sample, and both in JSON", async () => {
  const { out } = await cli(["events"]);
  assert.deepEqual(out.trimEnd().split("\n").map((line) => line.split(" ")[0]), EVENT_TYPES);
  const all = await cli(["events", "--json"]);
  for (const [at, { event_type, about, ...rest }] of all.json.entries()) {
    assert.equal(event_type, EVENT_TYPES[at]);
    assert.match(about, /^[A-Z][A-Za-z_ ]+\.$/);
    assert.deepEqual(rest, { sample: sample(event_type) });
  }
  const one = await cli(["events", "message.received", "--dialect", "002"]);
  assert.deepEqual(JSON.parse(one.out), sample("message.received", {}, { dialect: "002" }));
  for (const args of [["events", "message.recieved"], ["events", "message.sent", "--dialect", "5"], ["events", "--dialect", "002"]]) {
    assert.equal((await cli(args)).code, 2);
  }
});

// Whatever comes in: a typed message and an exit code, never a stack trace, and the terminal as it was.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BODY, SECRET, cli, delivery, directory, internal, rawHttp } from "./kit.mjs";

const { parseHeaders, parseRequest } = await internal("requests.js");
const curl = (rest) => `curl https://a.example -H 'a: b' ${rest}`;

/** Saved requests that cannot be read, and the beginning of what is told. */
const UNREADABLE = {
  "": /^there is no request/,
  " \n\t\n": /^there is no request/,
  "hello": /^line 1 of the head is not a header/,
  "HTTP/1.1 200 OK\r\na: b\r\n\r\n": /^line 1 of the head is not a header/,
  "POST / HTTP/1.1\r\na: b\r\n folded\r\n\r\n": /^line 3 of the head is not a header/,
  "POST / HTTP/1.1\r\n: b\r\n\r\n": /^line 2 of the head is not a header/,
  "\x89PNG\r\n\x1a\n\0\0": /^line 1 of the head is not a header/,
  "{": /^the input begins like JSON, but is not JSON/,
  "{}": /^this JSON has no headers/,
  "[]": /^there are 0 requests/,
  "[null]": /^there is no request in this JSON/,
  "[[]]": /^there is no request in this JSON/,
  '{"log":{"entries":7}}': /^the entries of this file are not a list/,
  '{"log":{"entries":[]}}': /^there are 0 requests/,
  '{"log":{"entries":[{"request":null}]}}': undefined,
  [BODY]: /^this JSON has no headers/,
  '{"headers":{"a":{}},"body":""}': /^a header of this JSON is not text/,
  '{"headers":[{"name":"a"}],"body":""}': /^a header of this JSON is not text/,
  '{"headers":{},"body":{}}': /^the body was parsed before it was saved/,
  '{"headers":{},"body":"@","isBase64Encoded":true}': /^a part of this JSON is not base64/,
  '{"raw":"@"}': /^a part of this JSON is not base64/,
  '{"headers":[],"postData":{"params":[{"name":"a"}]}}': /^the file has the fields of the body/,
  '{"a":"\xff"}': /^the input begins like JSON, but is not JSON/,
  [`{"a":${"[".repeat(200_000)}`]: /^the input begins like JSON, but is not JSON/,
  [curl("'unclosed")]: /^a quote of the command is not closed/,
  [curl('"unclosed')]: /^a quote of the command is not closed/,
  [curl("$'unclosed\\")]: /^a quote of the command is not closed/,
  [curl("$'unclosed")]: /^a quote of the command is not closed/,
  [curl('-d "$(cat /etc/passwd)"')]: /^the command has a \$ or a backtick/,
  [curl('-d "`id`"')]: /^the command has a \$ or a backtick/,
  [curl("-d $HOME")]: /^the command has a \$ or a backtick/,
  [curl("-d `id`")]: /^the command has a \$ or a backtick/,
  [curl("-d $'\\U00110000'")]: /^the command has an invalid character/,
  [curl("-H")]: /^--header of the command has no value/,
  [curl("-H nonsense")]: /^a header of the command is malformed/,
  [curl("-H @headers.txt")]: /^a header of the command is malformed/,
  [curl("-F a=b")]: /^the command creates its body with --form/,
  [curl("-G -d a=b")]: /^the command creates its body with --get/,
  [curl("--data-urlencode a=b")]: /^the command creates its body with --data-urlencode/,
  [curl("-K config")]: /^the command creates its body with --config/,
  [curl("-d a -d @b")]: /^a part of the body of the command is in a file/,
  'curl ^"https://a.example^" ^\r\n -H ^"a: b^"': /^the command is quoted for cmd of Windows/,
};

const bytes = (text) => Buffer.from(text, /[^\0-\xff]/.test(text) ? "utf8" : "latin1");

test("a request that cannot be read is told so", async () => {
  for (const [text, expected] of Object.entries(UNREADABLE)) {
    let error;
    assert.throws(() => parseRequest(new Uint8Array(bytes(text))), (thrown) => Boolean((error = thrown)), text.slice(0, 80));
    assert.deepEqual([error.name, error.code], ["UnreadableRequest", "unreadable_request"], text.slice(0, 80));
    if (expected) assert.match(error.message, expected);
    assert.equal(typeof error.hint, "string");
  }
});

test("each of them by the command, with its exit code", async () => {
  const texts = Object.keys(UNREADABLE).filter((_, at) => at % 6 === 0);
  for (const text of texts) {
    const { code, json, err } = await cli(["verify", "--json"], { input: bytes(text) });
    const [{ error }] = json;
    assert.deepEqual([code, err, error.code, error.exit], [2, "", "unreadable_request", 2]);
    const { err: read, out } = await cli(["explain"], { input: bytes(text) });
    assert.equal(out, "");
    assert.match(read, /^error .* \(unreadable_request\)\nhint {2}/);
  }
});

test("an entry that there is not", async () => {
  for (const input of [rawHttp(delivery()), curl("-d a"), JSON.stringify({ headers: {}, body: "" })]) {
    const { code, json } = await cli(["verify", "--entry", "2", "--json"], { input });
    assert.deepEqual([code, json[0].error.code, json[0].error.hint], [2, "unreadable_request", "choose one with --entry, from 1"]);
  }
  assert.equal((await cli(["verify", "--entry", "1"], { input: rawHttp(delivery()) })).code, 0);
});

test("what is read is bounded by what came in: no time is lost", () => {
  const large = {
    "white space": `POST / HTTP/1.1\r\na:${" ".repeat(2e6)}b\r\n\r\n`,
    "a long line": `a: ${"b".repeat(4e6)}`,
    "many headers": "a: b\n".repeat(200_000),
    "one header, many times": `POST / HTTP/1.1\n${"svix-id: 1\n".repeat(100_000)}\n`,
    chunks: `transfer-encoding: chunked\n\n${"1\r\na\r\n".repeat(200_000)}0\r\n`,
    "many words": curl("a ".repeat(500_000)),
    quotes: curl(`-d ${"''".repeat(500_000)}`),
    "double quotes": curl(`-d "${'\\"'.repeat(500_000)}"`),
    "ANSI-C quotes": curl(`-d $'${"\\x41".repeat(500_000)}'`),
    backslashes: curl(`-d ${"\\a".repeat(500_000)}`),
    "a large body": curl(`--data-raw '${"x".repeat(8e6)}'`),
    "many entries": JSON.stringify({ headers: Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`a${at}`, "b"])), body: "x".repeat(5e6) }),
  };
  for (const [name, text] of Object.entries(large)) {
    // CPU time, so that other programs do not count. Quadratic time would be minutes.
    const start = process.cpuUsage();
    parseRequest(text);
    const { user } = process.cpuUsage(start);
    assert.ok(user < 20e6, `${name}: ${user} µs for ${text.length} characters`);
  }
});

test("requests at random: read, or told why not", () => {
  const seed = [rawHttp(delivery()), curl(`--data-raw '${BODY}' -X POST $'a\\n' "b"`), JSON.stringify({ headers: { a: ["b"] }, body: BODY }), JSON.stringify({ log: { entries: [{ request: { headers: [{ name: "a", value: "b" }], postData: { text: "c" } } }] } })];
  let state = 42;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 0; round < 20_000; round++) {
    const letters = [...seed[random(seed.length)]];
    for (let changes = 1 + random(4); changes > 0; changes--) letters.splice(random(letters.length), random(3), ["'", '"', "\\", "$", "\n", "{", "[", ":", "\0", "\xff", "null", "0"][random(12)]);
    try {
      const { headers, body, bodyFile, notes, format } = parseRequest(letters.join(""));
      assert.ok(["http", "har", "curl", "json"].includes(format) && Array.isArray(notes));
      assert.ok(headers.every((pair) => pair.length === 2 && pair.every((part) => typeof part === "string")));
      assert.ok(body instanceof Uint8Array || typeof bodyFile === "string");
    } catch (error) {
      assert.equal(error.code, "unreadable_request", error.stack);
    }
  }
});

test("what a command line of curl means", () => {
  const read = (rest) => parseRequest(`curl ${rest}`);
  const text = ({ body }) => Buffer.from(body).toString("utf8");
  assert.equal(text(read("x -d a -d b")), "a&b");
  assert.equal(text(read("x --data-raw @a")), "@a");
  assert.equal(text(read("x -d 'a'\\''b'\"c\"\\ d$'\\u00e9\\x41\\101\\n\\q'")), "a'bc déAA\n\\q");
  assert.equal(text(read('x -d "a\\$b\\`c\\\\d\\e\\"f$"')), 'a$b`c\\d\\e"f$');
  assert.deepEqual(read("-X PUT https://a.example/b?c=d").method, "PUT");
  assert.deepEqual(read("https://a.example/ü").url, "https://a.example/ü");
  assert.deepEqual(read("-sSfLkHa:b x").headers, [["a", "b"]]);
  assert.deepEqual(read("-H a: -H 'b;' -H 'c:  d ' x").headers, [["b", ""], ["c", "d"]]);
  assert.deepEqual(read("--json '{}' x").headers, [["content-type", "application/json"]]);
  assert.deepEqual([read("x").method, read("x -d a").method], ["GET", "POST"]);
  assert.deepEqual([read("x --data-binary @f").bodyFile, read("x -T f").bodyFile, read("x -d@-").bodyFile], ["f", "f", "-"]);
  assert.deepEqual(parseRequest("$ curl.exe x\n\nmore").url, "x");
  assert.deepEqual(parseHeaders("POST / HTTP/1.1\na: b\nA:c\n\nd: e"), [["a", "b"], ["A", "c"]]);
});

test("files that cannot be read", async (t) => {
  const { path, file } = directory(t);
  mkdirSync(join(path, "directory"));
  const closed = file("closed", "x");
  chmodSync(closed, 0);
  const unreadable = [join(path, "missing"), join(path, "directory"), join(closed, "below"), ...(process.getuid?.() === 0 ? [] : [closed])];
  for (const name of unreadable) {
    for (const args of [["verify", name], ["parse", name], ["sign", name], ["verify", "--headers", name, "--body", name], ["verify", "--secret-file", name]]) {
      const { code, json } = await cli([...args, "--json"], { input: rawHttp(delivery()) });
      assert.deepEqual([code, json[0].error.code], [3, "cannot_read"], args.join(" "));
    }
  }
  const empty = await cli(["verify", "--secret-file", file("empty", "\n\n"), "--json"], { input: rawHttp(delivery()) });
  assert.deepEqual([empty.code, empty.json[0].error.code], [2, "no_secret"]);
});

test("command lines that make no sense", async () => {
  const wrong = [
    ["nothing"], ["verify", "--jsno"], ["verify", "a", "b"], ["verify", "--entry"], ["verify", "--entry", "x"], ["verify", "--now", "soon"],
    ["verify", "--tolerance", "-1"], ["verify", "--tolerance=1.5"], ["verify", "--scheme", "none"], ["verify", "--headers", "-", "--body", "-"], ["verify", "-", "--body", "-"],
    ["parse", "a", "--request", "b"], ["sign", "a", "--event", "message.sent"], ["sign", "--event", "x"], ["sign", "--event", "__proto__"],
    ["sign", "--event", "message.sent", "--merge", "{"], ["sign", "--event", "message.sent", "--merge", "[]"], ["sign", "--event", "message.sent", "--dialect", "constructor"],
    ["sign", "--event", "message.sent", "--id", "a.b"], ["sign", "--event", "message.sent", "--timestamp", "tomorrow"], ["sign", "--event", "message.sent", "--curl", "file:///etc/passwd"],
    ["send"], ["send", "nowhere"], ["send", "file:///etc/passwd"], ["send", "http://user:password@127.0.0.1/"], ["send", "http://127.0.0.1:1/", "--repeat", "0"],
    ["send", "http://127.0.0.1:1/", "--repeat", "2", "--tamper", "all"], ["send", "http://127.0.0.1:1/", "--tamper", "toString"], ["send", "http://127.0.0.1:1/", "--tamper", "stale", "--scheme", "body"],
    ["send", "http://127.0.0.1:1/", "--timeout", "0"], ["send", "http://127.0.0.1:1/", "--body", "-", "--event", "message.sent"], ["events", "a", "b"], ["listen", "a"], ["listen", "--port", "x"],
    ["--secret", SECRET], ["verify", "--secret", SECRET], ["parse", "a", "--entry", "1"], ["sign", "--request", "a", "--event", "message.sent"],
    ["sign", "--dialect", "002"], ["send", "http://127.0.0.1:1/", "--event", "all", "--id", "a"], ["send", "http://127.0.0.1:1/", "--event", "all", "--tamper", "body"],
    ["send", "http://127.0.0.1:1/", "--body", "-", "--request", "-"], ["send", "http://127.0.0.1:1/", "--request", "-", "--merge", "{}"], ["listen", "--save"],
  ];
  for (const args of wrong) {
    const { code, json, err } = await cli([...args, "--json"], { input: "a: b\n\n" });
    assert.deepEqual([code, err, json.length, json[0].error.exit], [2, "", 1, 2], args.join(" "));
    assert.ok(["usage", "invalid_option"].includes(json[0].error.code), json[0].error.code);
    assert.deepEqual(Object.keys(json[0].error).slice(0, 4), ["code", "message", "hint", "exit"]);
    assert.doesNotMatch(json[0].error.message, /positional|ambiguous/, "what Node says of words");
  }
});

test("what was mistyped", async () => {
  const cases = {
    verfy: "did you mean verify?", "-x": "options come after the command: agentmail-webhooks verify --json", zebra: "the commands: verify, explain, parse, sign, send, listen, events",
    "verify --secrte-file a": "did you mean --secret-file?", "verify --bdoy a": "did you mean --body?", "verify --zebra": "agentmail-webhooks verify --help lists them",
    "sign --event message.recieved": "did you mean message.received?", "sign --event bounced": "did you mean message.bounced?", "events zebra": '"agentmail-webhooks events" lists them',
    "send http://127.0.0.1:1/ --tamper stael": "did you mean stale?", [`verify --secret=${SECRET}`]: "other users can see arguments: set AGENTMAIL_WEBHOOK_SECRET, or use --secret-file FILE",
    "send no/url": "such as http://127.0.0.1:3000/webhooks", "verify --body": null, "sign --id --json": null, "verify --json=1": null,
  };
  for (const [words, hint] of Object.entries(cases)) {
    const { code, json } = await cli([...words.split(" "), "--json"], { input: "a: b\n\n" });
    assert.deepEqual([code, json[0].error.code, json[0].error.hint], [2, "usage", hint], words);
  }
  const { err } = await cli(["verify", "--bdoy"]);
  assert.equal(err, "error there is no option --bdoy\nhint  did you mean --body?\n");
  const { json } = await cli(["sign", "--event", "message.sent", "--id=--json", "--json"]);
  assert.equal(json[0].headers["svix-id"], "--json", "an option can be a value, if it is meant");
});

test("secrets that are none", async (t) => {
  const input = rawHttp(delivery());
  const none = await cli(["verify", "--json"], { input, env: { AGENTMAIL_WEBHOOK_SECRET: "" } });
  assert.deepEqual([none.code, none.json[0].error.code], [2, "no_secret"]);
  for (const secret of ["whsec_short", ` ${SECRET}`, "\x1b[2J"]) {
    const { code, json, out, err } = await cli(["verify", "--json"], { input, env: { AGENTMAIL_WEBHOOK_SECRET: secret } });
    assert.deepEqual([code, json[0].error.code, json[0].error.status], [2, "invalid_secret", 500]);
    assert.match(json[0].error.message, /^AGENTMAIL_WEBHOOK_SECRET: invalid secret: /);
    assert.ok(!`${out}${err}`.includes(secret), "it is not shown");
  }
  // With several secrets, the error names the malformed one.
  const second = await cli(["listen"], { env: { AGENTMAIL_WEBHOOK_SECRET_2: `${SECRET} ` } });
  assert.match(second.err, /^error AGENTMAIL_WEBHOOK_SECRET_2: invalid secret: white space around it \(invalid_secret\)$/m);
  const { file } = directory(t);
  const inFile = await cli(["sign", "--event", "message.sent", "--secret-file", file("secrets", `${SECRET}\n\n${SECRET}\t\n`)]);
  assert.match(inFile.err, /^error line 3 of the file: invalid secret: white space around it/m);
});

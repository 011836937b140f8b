// `verify` and `explain`: saved deliveries of every format, genuine and not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook, parse } from "agentmail-webhooks";
import { BODY, OTHER_SECRET, SECRET, cli, delivery, directory, rawHttp } from "./kit.mjs";

const sh = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const ansi = (text) => `$'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replace(/[^ -~]/gu, (letter) => `\\u${letter.codePointAt(0).toString(16).padStart(4, "0")}`)}'`;
const double = (text) => `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
const list = (headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));
const har = (...requests) => JSON.stringify({ log: { version: "1.2", entries: requests.map((request) => ({ request })) } });
const other = { method: "GET", url: "https://a.example/", headers: [{ name: "accept", value: "*/*" }] };
const posted = ({ headers, body }) => ({ method: "POST", url: "https://a.example/hook", headers: list(headers), postData: { mimeType: "application/json", text: body } });
const flags = (headers, quote) => Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`).join(" ");

const FORMATS = {
  "raw HTTP": (saved) => rawHttp(saved),
  "raw HTTP of an editor": (saved) => `\n${rawHttp(saved, { line: "\n", more: { "Content-Length": Buffer.byteLength(saved.body) } })}\n`,
  "raw HTTP in chunks": (saved) => rawHttp({ ...saved, body: chunks(saved.body) }, { more: { "transfer-encoding": "chunked" } }),
  "raw HTTP without a request line": (saved) => rawHttp(saved).replace(/^.*\r\n/, ""),
  "raw HTTP with pseudo-headers": (saved) => rawHttp(saved).replace(/^.*\r\n/, ":method: POST\r\n:path: /\r\n"),
  HAR: (saved) => har(posted(saved)),
  "HAR with other requests": (saved) => har(other, posted(saved), other),
  "HAR with the body in base64": (saved) => har({ ...posted(saved), postData: { text: Buffer.from(saved.body).toString("base64"), encoding: "base64" } }),
  "one entry of a HAR": (saved) => JSON.stringify({ startedDateTime: "2026-03-02T09:15:00Z", request: posted(saved) }),
  "curl, in single quotes": ({ headers, body }) => `curl 'https://a.example/hook' \\\n  ${flags(headers, sh)} \\\n  --data-raw ${sh(body)} --compressed`,
  "curl, as Chrome copies it": ({ headers, body }) => `curl 'https://a.example/hook' -X 'POST' ${flags(headers, ansi)} --data-raw ${ansi(body)}`,
  "curl, in double quotes": ({ headers, body }) => `$ curl -sSX POST -d${double(body)} ${flags(headers, double)} https://a.example/hook | jq .`,
  "curl, with other options": ({ headers, body }) => `curl -k -L --max-time 5 -u a:b -o /dev/null ${flags(headers, sh)} --url https://a.example --data-binary ${sh(body)}; rm -rf x`,
  "curl, as Postman copies it": ({ headers, body }) =>
    `curl --location 'https://a.example/hook' \\\n${Object.entries(headers).map(([name, value]) => `--header '${name}: ${value}' \\\n`).join("")}--data-raw ${sh(body)}`,
  "a collection of Postman": ({ headers, body }) => JSON.stringify({
    info: { name: "Webhooks", schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
    item: [
      { name: "status", request: { method: "GET", header: [], url: "https://a.example/" } },
      { name: "folder", item: [{ name: "hook", response: [], request: {
        method: "POST",
        header: [...Object.entries(headers).map(([key, value]) => ({ key, value, type: "text" })), { key: "svix-id", value: "off", disabled: true }],
        body: { mode: "raw", raw: body, options: { raw: { language: "json" } } },
        url: { raw: "https://a.example/hook", protocol: "https", host: ["a", "example"], path: ["hook"] },
      } }] },
    ],
  }),
  "a request of webhook.site": ({ headers, body }) => JSON.stringify({
    uuid: "7f3b", type: "web", method: "POST", ip: "127.0.0.1", hostname: "webhook.site", url: "https://webhook.site/7f3b", query: null, size: body.length,
    content: body, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  }),
  "an export of webhook.site": ({ headers, body }) => JSON.stringify({
    data: [
      { method: "GET", content: "", headers: { accept: ["*/*"] } },
      { method: "POST", content: body, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) },
    ],
    total: 2,
  }),
  "HAR of Firefox": (saved) => har(other, { bodySize: 9, httpVersion: "HTTP/2", cookies: [], queryString: [], headersSize: 9, ...posted(saved), postData: { mimeType: "application/json", params: [], text: saved.body } }),
  "curl, as Firefox copies it": ({ headers, body }) => `curl 'https://a.example/hook' --compressed -X POST ${flags(headers, sh)} -H 'Connection: keep-alive' --data-raw ${sh(body)}`,
  "fetch, as Firefox copies it": ({ headers, body }) => `await fetch("https://a.example/hook", ${JSON.stringify({ credentials: "omit", headers, referrer: "https://a.example/", body, method: "POST", mode: "cors" }, null, 4)});`,
  "fetch, as Chrome copies it": ({ headers, body }) => `fetch("https://a.example/hook", ${JSON.stringify({ headers, body, method: "POST" }, null, 2)});\n`,
  "JSON of a function": ({ headers, body }) => JSON.stringify({ httpMethod: "POST", headers, body, isBase64Encoded: false }),
  "JSON of API Gateway": ({ headers, body }) =>
    JSON.stringify({ headers: {}, multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value, value]])), body: Buffer.from(body).toString("base64"), isBase64Encoded: true }),
  "JSON of ngrok": (saved) => JSON.stringify({ requests: [{ id: "a", request: { method: "POST", uri: "/", headers: {}, raw: Buffer.from(rawHttp(saved)).toString("base64") } }] }),
};

function chunks(body) {
  const bytes = Buffer.from(body);
  const parts = [bytes.subarray(0, 70), bytes.subarray(70)].map((part) => `${part.length.toString(16)}\r\n${part.toString("latin1")}\r\n`);
  return Buffer.from(`${parts.join("")}0\r\n\r\n`, "latin1").toString("utf8");
}

for (const [name, save] of Object.entries(FORMATS)) {
  test(`verify: ${name}`, async (t) => {
    const saved = delivery();
    const { file } = directory(t);
    const path = file("request", save(saved));
    const { code, json } = await cli(["verify", path, "--json"]);
    const [{ event, timestamp, ...rest }] = json;
    assert.deepEqual(event, parse(BODY));
    assert.equal(timestamp, Number(saved.headers["svix-timestamp"]));
    assert.deepEqual(rest, { verified: true, scheme: "standard", id: "msg_1", secretIndex: 0, idempotencyKey: "evt_1", warnings: [], notes: [] });
    assert.equal(code, 0);
    const forged = await cli(["verify", "--json"], { input: save({ ...saved, body: BODY.replace("Jane", "Mary") }) });
    assert.equal(forged.json[0].error.code, "signature_mismatch");
    assert.equal(forged.code, 1);
  });
}

test("verify: headers and body apart", async (t) => {
  const { headers, body } = delivery();
  const { file } = directory(t);
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`).join("\n");
  const [headersFile, bodyFile] = [file("headers", lines), file("body", body)];
  assert.equal((await cli(["verify", "--headers", headersFile, "--body", bodyFile])).code, 0);
  assert.equal((await cli(["verify", "--headers", headersFile, "--body", "-"], { input: body })).code, 0);
  assert.equal((await cli(["verify", "--headers", "-", "--body", bodyFile], { input: lines })).code, 0);
  assert.equal((await cli(["verify", "--headers", headersFile, "--body", file("other", `${body}\n`)])).code, 1);
  // A command that has its body in a file does not say which file is read.
  const command = `curl https://a.example ${flags(headers, sh)} --data-binary @${bodyFile}`;
  const { code, json } = await cli(["verify", "--json"], { input: command });
  assert.deepEqual([code, json[0].error.code], [2, "usage"]);
  assert.equal((await cli(["verify", file("command", command), "--body", bodyFile])).code, 0);
});

test("verify: what a person reads", async () => {
  const saved = delivery();
  const genuine = await cli(["verify"], { input: rawHttp(saved) });
  assert.match(genuine.out, /^genuine {2}message\.received\n/);
  assert.match(genuine.out, /^ {2}id +msg_1$/m);
  assert.match(genuine.out, /^ {2}idempotency key +evt_1$/m);
  const refused = await cli(["verify"], { input: rawHttp({ ...saved, body: `${BODY}\n` }) });
  assert.match(refused.out, /^refused {2}401 signature_mismatch\n/);
  assert.match(refused.out, /^ {2}hint {2}\w/m);
  assert.doesNotMatch(genuine.out + refused.out, /undefined|\[object|NaN/);
});

test("verify: what does not fit is told", async () => {
  const input = rawHttp(delivery({ body: JSON.stringify({ ...JSON.parse(BODY), event_id: 5 }) }));
  const [genuine, { json }] = await Promise.all([cli(["verify"], { input }), cli(["verify", "--json"], { input })]);
  assert.match(genuine.out, /^ {2}warning {2}event_id: expected a string, found a number$/m);
  assert.deepEqual(json[0].warnings, ["event_id: expected a string, found a number"]);
});

test("verify: notes", async () => {
  const saved = delivery();
  const length = Buffer.byteLength(BODY);
  const longer = rawHttp({ ...saved, body: `${BODY}more` }, { more: { "content-length": length } });
  const { code, json } = await cli(["verify", "--json"], { input: longer });
  assert.deepEqual([code, json[0].notes], [0, ["ignored 4 bytes beyond content-length"]]);
  const rewritten = rawHttp({ ...saved, body: JSON.stringify(JSON.parse(BODY), null, 2) }, { more: { "content-length": length } });
  const explained = await cli(["explain"], { input: rewritten });
  assert.match(explained.out, /^fail {2}payload +verifies as compact JSON/m);
  assert.match(explained.err, /note {2}the body has \d+ bytes more than content-length/);
  const shorter = await cli(["verify"], { input: rawHttp({ ...saved, body: BODY.slice(0, -3) }, { more: { "content-length": length } }) });
  assert.match(shorter.err, /note {2}the body has 3 bytes fewer/);
});

test("verify: each reason to refuse has its code", async () => {
  const saved = delivery();
  const { "svix-id": _, ...incomplete } = saved.headers;
  const bothSets = Object.fromEntries(Object.entries(saved.headers).map(([name, value]) => [name.replace("svix-", "webhook-"), value]));
  bothSets["webhook-id"] = "msg_2";
  const cases = {
    missing_header: { ...saved, headers: incomplete },
    invalid_header: { ...saved, headers: { ...saved.headers, "svix-timestamp": "now" } },
    conflicting_headers: { ...saved, headers: { ...saved.headers, ...bothSets } },
    unsigned_delivery: { ...saved, headers: { "x-agentmail-unsigned": "1" } },
    wrong_scheme: { ...saved, headers: new Webhook("s", { scheme: "body" }).sign(BODY) },
    timestamp_too_old: delivery({ at: new Date(Date.now() - 302_000) }),
    timestamp_too_new: delivery({ at: new Date(Date.now() + 310_000) }),
    signature_mismatch: delivery({ secret: OTHER_SECRET }),
  };
  for (const [expected, refused] of Object.entries(cases)) {
    const { code, json } = await cli(["verify", "--json"], { input: rawHttp(refused) });
    const [{ verified, error, notes }] = json;
    assert.deepEqual([code, verified, error.code, notes], [1, false, expected, []]);
    assert.deepEqual(Object.keys(error), ["code", "status", "message", "hint"]);
  }
  // Genuine, and no event.
  const { code, json } = await cli(["verify", "--json"], { input: rawHttp(delivery({ body: '{"event_type":"message.sent"}' })) });
  assert.deepEqual([code, json[0].verified, json[0].error.code], [1, true, "invalid_event"]);
});

test("verify: times, tolerances, schemes, several secrets", async (t) => {
  const old = { input: rawHttp(delivery({ at: new Date("2026-03-02T09:15:00Z") })) };
  const { code: isOld, out: told } = await cli(["verify"], old);
  assert.equal(isOld, 1);
  assert.match(told, /^ {2}saved long ago\? {2}--now 1772442900 verifies it at the time it was sent$/m);
  assert.equal((await cli(["verify", "--now", "2026-03-02T09:20:00Z"], old)).code, 0);
  assert.equal((await cli(["verify", "--now", "1772443200"], old)).code, 0);
  assert.equal((await cli(["verify", "--now", "1772443200", "--tolerance", "299"], old)).code, 1);
  for (const scheme of ["timestamped", "body"]) {
    const saved = { headers: new Webhook("a secret", { scheme }).sign(BODY), body: BODY };
    const env = { AGENTMAIL_WEBHOOK_SECRET: "a secret" };
    const { code, json } = await cli(["verify", "--scheme", scheme, "--json"], { input: rawHttp(saved), env });
    assert.deepEqual([code, json[0].scheme], [0, scheme]);
  }
  const input = rawHttp(delivery({ secret: OTHER_SECRET }));
  const rotation = await cli(["verify", "--json"], { input, env: { AGENTMAIL_WEBHOOK_SECRET_2: OTHER_SECRET } });
  assert.deepEqual([rotation.code, rotation.json[0].secretIndex], [0, 1]);
  const { file } = directory(t);
  const secrets = file("secrets", `${SECRET}\r\n\n${OTHER_SECRET}\n`);
  const fromFile = await cli(["verify", "--secret-file", secrets, "--json"], { input, env: { AGENTMAIL_WEBHOOK_SECRET: "" } });
  assert.deepEqual([fromFile.code, fromFile.json[0].secretIndex], [0, 1]);
  const variables = file(".dev.vars", `# for wrangler\nOTHER=whsec_x\nAGENTMAIL_WEBHOOK_SECRET="${SECRET}"\nexport AGENTMAIL_WEBHOOK_SECRET_2=${OTHER_SECRET}\n`);
  const fromVariables = await cli(["verify", "--secret-file", variables, "--json"], { input, env: { AGENTMAIL_WEBHOOK_SECRET: "" } });
  assert.deepEqual([fromVariables.code, fromVariables.json[0].secretIndex], [0, 1]);
});

test("explain: what would have verified", async () => {
  const { headers, body } = delivery({ body: JSON.stringify(JSON.parse(BODY), null, 2) });
  const saved = { headers, body: JSON.stringify(JSON.parse(body)) };
  const { code, json } = await cli(["explain", "--json"], { input: rawHttp(saved) });
  const [{ verified, checks, notes }] = json;
  assert.deepEqual([code, verified, notes], [1, false, []]);
  assert.match(checks.find(({ check, verdict }) => check === "payload" && verdict === "fail").advice, /indented by two spaces/);
  const read = await cli(["explain"], { input: rawHttp(saved) });
  assert.match(read.out, /^fail {2}signature +no signature matches any secret$/m);
  assert.match(read.out, /^it does not verify$/m);
  const genuine = await cli(["explain"], { input: rawHttp(delivery()) });
  assert.deepEqual([genuine.code, genuine.out.trimEnd().split("\n").at(-1)], [0, "it verifies"]);
  // No webhook can be made of this one, and that is what is to be told.
  const env = { AGENTMAIL_WEBHOOK_SECRET: ` ${SECRET}` };
  const spaced = await cli(["explain", "--json"], { input: rawHttp(delivery()), env });
  assert.equal(spaced.json[0].checks.find(({ check }) => check === "secret").verdict, "fail");
});

test("explain: a conclusion where nothing explains it", async () => {
  const stranger = await cli(["explain"], { input: rawHttp(delivery({ secret: OTHER_SECRET })) });
  assert.match(stranger.out, /^fail {2}conclusion .*the secret belongs to another webhook/m);
  const explained = await cli(["explain"], { input: rawHttp({ ...delivery(), body: `${BODY}\n` }) });
  assert.doesNotMatch(explained.out, /conclusion/);
});

test("JSON without a body is told, and a raw one is read", async () => {
  const { headers, body } = delivery();
  assert.equal((await cli(["verify"], { input: JSON.stringify({ headers, rawBody: body }) })).code, 0);
  const without = await cli(["verify"], { input: JSON.stringify({ headers, text: body }) });
  assert.deepEqual([without.code, without.out], [2, ""]);
  assert.match(without.err, /this JSON has headers, but no body/);
});

test("a secret where none is expected is not told", async () => {
  for (const args of [["verify", SECRET], ["verify", "-", SECRET], ["send", "http://127.0.0.1:1", SECRET], [SECRET], ["send", SECRET], ["send", "http://127.0.0.1:1", "--event", SECRET]]) {
    for (const json of [[], ["--json"]]) {
      const { code, out, err } = await cli([...args, ...json]);
      assert.ok(code > 0 && !(out + err).includes(SECRET.slice(6, 20)), args.join(" "));
    }
  }
});

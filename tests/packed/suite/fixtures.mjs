// Every case of tests/fixtures, run as tests/fixtures/README.md specifies.

import { fail, ok, refused, same } from "./assert.mjs";
import { encode, plain } from "./kit.mjs";

export function fixtureCases({ library, explaining, fixtures, test }) {
  const ids = new Set();
  for (const { file, cases } of fixtures) {
    for (const fixture of cases) {
      ok(!ids.has(fixture.id), `${file}: two cases have the id ${fixture.id}`);
      ids.add(fixture.id);
      const judge = fixture.call === "explain" ? explaining : library;
      if (!judge) continue;
      test(`${file}: ${fixture.id}: ${fixture.comment ?? ""}`, () => {
        const payload = payloadOf(fixture);
        for (const headers of headerShapes(fixture.headers ?? [])) check(judge, fixture, payload, headers);
        // If the bytes are text, the string is the same payload.
        const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload);
        if (text.length < 1_000_000 && equalBytes(encode(text), payload)) check(judge, fixture, text, fixture.headers ?? []);
      });
    }
  }
  test("there are fixtures", () => ok(ids.size > 0, "none were found"));
}

function check(library, fixture, payload, headers) {
  const { error, verification, event, warnings = [], idempotencyKey } = fixture.expected;
  const run = () => call(library, fixture, payload, headers);
  if (error) {
    const thrown = refused(library, error.code, run);
    if (error.message !== undefined) same(thrown.message, error.message, "message");
    if (error.verified !== undefined) same({ ...thrown.verified }, error.verified, "what was verified");
    for (const { secret } of fixture.secrets ?? []) {
      const told = `${thrown.message} ${thrown.hint} ${JSON.stringify(thrown)}`;
      ok(secret.length < 8 || !told.includes(secret), "the error tells the secret");
    }
    return;
  }
  const answer = run();
  if (fixture.expected.explanation) return explains(answer, fixture.expected.explanation);
  const { event: foundEvent, warnings: foundWarnings, idempotencyKey: foundKey, ...foundVerification } = answer;
  if (verification) same(foundVerification, verification, "verification");
  if (event) {
    same(foundEvent, event, "event");
    same(foundWarnings, warnings, "warnings");
    same(plain(foundEvent), foundEvent, "event after JSON and back");
    same(plain(structuredClone(foundEvent)), foundEvent, "event after structuredClone");
  }
  if (idempotencyKey !== undefined) same(foundKey, idempotencyKey, "idempotencyKey");
}

/** Compares an explanation. An advice is compared only if the case has one. */
function explains(explanation, { verified, checks }) {
  const expected = checks.map((check, index) => ({ advice: explanation.checks[index]?.advice, ...check }));
  same(explanation, { verified, checks: expected }, "explanation");
}

function call(library, fixture, payload, headers) {
  if (!fixture.secrets) return parseAndReceive(library, payload);
  const options = {};
  if (fixture.tolerance !== undefined) options.toleranceSeconds = fixture.tolerance;
  if (fixture.now !== undefined) options.now = () => fixture.now;
  if (fixture.call === "explain") return library.explain(payload, headers, fixture.secrets, options);
  const webhook = new library.Webhook(fixture.secrets, options);
  const { event, idempotencyKey } = fixture.expected;
  const method = fixture.call ?? (event || idempotencyKey ? "receive" : "verify");
  return webhook[method](payload, headers);
}

/** Parses a payload, and receives it too, because only a delivery has warnings. The payload is signed here. */
function parseAndReceive(library, payload) {
  const event = library.parse(payload);
  const webhook = new library.Webhook("whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT");
  const delivery = webhook.receive(payload, webhook.sign(payload));
  same(delivery.event, event, "received as it is parsed");
  return { event, warnings: delivery.warnings };
}

function payloadOf({ payload, payload_hex, payload_repeat }) {
  if (payload !== undefined) return encode(payload);
  if (payload_hex !== undefined) return Uint8Array.from(payload_hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  if (payload_repeat === undefined) fail("a case without a payload");
  const { prefix = "", unit, times, suffix = "" } = payload_repeat;
  return encode(prefix + unit.repeat(times) + suffix);
}

/** Yields the headers in all the forms in which servers hand them over and in which repeats are visible. */
function* headerShapes(pairs) {
  yield pairs;
  const lists = Object.create(null);
  for (const [name, value] of pairs) (lists[name] ??= []).push(value);
  yield lists;
  // These forms join or drop repeats, and refuse or trim some values, so that they are used only if nothing is lost.
  const names = new Set(pairs.map(([name]) => name.toLowerCase()));
  if (names.size === pairs.length) {
    yield Object.fromEntries(pairs);
    yield new Map(pairs);
    const isKept = ([name, value]) => /^[\w-]+$/.test(name) && /^([!-~]([ -~]*[!-~])?)?$/.test(value);
    if (pairs.every(isKept)) yield new Headers(pairs);
  }
}

function equalBytes(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

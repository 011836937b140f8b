// A delivery as a case in the format of tests/fixtures/schema.json.

import { textOf } from "./delivery/body.js";

/** @param analysis what `analyse` made of the delivery */
export function fixtureOf({ secrets }, { headers, body, now, tolerance, outcome }) {
  const { value, error } = outcome;
  const text = textOf(body);
  const payload = text === undefined ? { payload_hex: hex(body) } : { payload: text };
  const what = error?.code ?? value.event.event_type;
  return {
    id: `playground-${what.replaceAll(/[^a-z0-9]+/g, "-")}`,
    comment: "from the playground: say why this case exists",
    flags: [...new Set(secrets.map(({ scheme }) => scheme))],
    secrets,
    ...(tolerance !== 300 && { tolerance }),
    now,
    headers: headers.map(({ name, value }) => [name, value]),
    ...payload,
    ...(error && { call: "receive" }),
    expected: error ? { error: { code: error.code } } : expectedOf(value),
  };
}

function expectedOf({ event, idempotencyKey, ...verification }) {
  return { verification, event, idempotencyKey };
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Assertions without node:assert, which browsers and Workers do not have.

/** DESIGN.md, the table of error codes. */
const STATUS = {
  missing_header: 400,
  invalid_header: 400,
  conflicting_headers: 400,
  unsigned_delivery: 401,
  wrong_scheme: 401,
  timestamp_too_old: 401,
  timestamp_too_new: 401,
  signature_mismatch: 401,
  invalid_json: 400,
  invalid_event: 400,
  payload_too_large: 413,
  payload_not_raw: 500,
  invalid_secret: 500,
  invalid_option: 500,
};

export function fail(message) {
  throw new Error(message);
}

export function ok(condition, message) {
  if (!condition) fail(message);
}

/** Deep and strict: own enumerable members, prototypes, no coercion. */
export function same(actual, expected, path = "value") {
  if (Object.is(actual, expected)) return;
  const plain = (value) => typeof value === "object" && value !== null;
  if (!plain(actual) || !plain(expected)) fail(`${path}: expected ${show(expected)}, found ${show(actual)}`);
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) fail(`${path}: another prototype`);
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const name of names) {
    if (!Object.hasOwn(actual, name)) fail(`${path}.${name}: missing, expected ${show(own(expected, name))}`);
    if (!Object.hasOwn(expected, name)) fail(`${path}.${name}: not expected, found ${show(own(actual, name))}`);
    same(own(actual, name), own(expected, name), `${path}.${name}`);
  }
  if (Array.isArray(expected)) same(actual.length, expected.length, `${path}.length`);
}

/** `value.__proto__` would find the prototype, unless it is an own member. */
function own(value, name) {
  return Object.getOwnPropertyDescriptor(value, name).value;
}

function show(value) {
  const text = typeof value === "bigint" || value === undefined ? String(value) : JSON.stringify(value);
  return text?.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Calls, and wants a WebhookError of this code in return. Gives the error. */
export function refused(library, code, callback) {
  let answer;
  try {
    answer = callback();
  } catch (error) {
    if (!(error instanceof library.WebhookError)) {
      fail(`expected a WebhookError ${code}, found ${error?.name ?? typeof error}: ${error?.message ?? error}`);
    }
    ok(error instanceof Error, "a WebhookError is an Error");
    same(error.name, "WebhookError", "name");
    same(error.code, code, `code (${error.message})`);
    same(error.status, STATUS[code], "status");
    ok(typeof error.message === "string" && error.message.length > 0, "no message");
    ok(!error.message.includes("\n"), "a message of one line");
    ok(typeof error.hint === "string" && error.hint.length > 0, "no hint");
    ok(typeof error.stack === "string" && error.stack.includes(error.message), "no stack");
    return error;
  }
  return fail(`expected a WebhookError ${code}, found an answer: ${show(answer)}`);
}

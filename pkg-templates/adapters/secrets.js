// Finds the `Webhook` of a request.

import { Webhook, WebhookError, verify } from "agentmail-webhooks";

/** The maximum number of webhooks that are cached for a function, for tenants and rotations. */
const PREPARED = 1000;

/** Dummy secrets, to check headers before the secrets are known. A Worker has no random numbers when it starts. */
const NOBODYS = [
  { scheme: "standard", secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
  { scheme: "timestamped", secret: "nobody's: timestamped" },
  { scheme: "body", secret: "nobody's: body" },
];

/**
 * Returns `webhookOf(environment, request)`, and, if the secret is a function, a `Webhook` for every scheme that rejects
 * headers which no secret could verify. A secret that is a value is checked immediately.
 */
export function webhooks(secret, options) {
  if (typeof secret !== "function") {
    const webhook = webhookWith(secret, options);
    return { webhookOf: () => webhook };
  }
  const prepared = new Map();
  const webhookOf = async (environment, request) => {
    const secrets = await secret(environment, asked(request));
    const text = JSON.stringify([secrets].flat().map((each) => [each?.secret ?? each, each?.scheme]));
    const webhook = prepared.get(text) ?? webhookWith(secrets, options);
    // Moves the entry to the end, so that the first is the least recently used.
    prepared.delete(text);
    prepared.set(text, webhook);
    if (prepared.size > PREPARED) prepared.delete(prepared.keys().next().value);
    return webhook;
  };
  return { webhookOf, anybodys: new Webhook(NOBODYS, options) };
}

/** Returns the request that is passed to a function, in the same form on every platform. */
function asked({ method, url, headers }) {
  return {
    method,
    get url() {
      return url();
    },
    get headers() {
      return headers instanceof Headers ? headers : asHeaders(headers);
    },
  };
}

function asHeaders(record) {
  const headers = new Headers();
  for (const [name, value] of Array.isArray(record) ? record : Object.entries(record ?? {})) {
    // Names of HTTP/2 pseudo-headers begin with a colon.
    if (value === undefined || name.startsWith(":")) continue;
    for (const each of [value].flat()) headers.append(name, each);
  }
  return headers;
}

/** Creates a webhook. If one of several secrets is malformed, the error names it. */
function webhookWith(secrets, options) {
  try {
    return new Webhook(secrets, options);
  } catch (error) {
    const at = Array.isArray(secrets) && error.code === "invalid_secret" ? secrets.findIndex((secret) => isInvalid(secret, options)) : -1;
    if (at < 0) throw error;
    const { code, message, hint, status } = error;
    throw new WebhookError({ code, message: `${message} (secret[${at}])`, hint, status });
  }
}

/** Returns `true` if a secret is malformed. Unlike `new Webhook`, `verify` frees its memory. */
function isInvalid(secret, { scheme }) {
  try {
    verify("", {}, secret, { scheme });
    return false;
  } catch ({ code }) {
    return code === "invalid_secret";
  }
}

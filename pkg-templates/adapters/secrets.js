// The `Webhook` of an environment.

import { Webhook, WebhookError, verify } from "agentmail-webhooks";

/** A secret that is a value is checked when the server starts. */
export function webhooks(secret, options) {
  if (typeof secret !== "function") {
    const webhook = webhookWith(secret, options);
    return () => webhook;
  }
  let known;
  let webhook;
  return async (environment) => {
    const secrets = await secret(environment);
    // Asked each time, because secrets are rotated; made again only when they are.
    const text = JSON.stringify([secrets].flat().map((each) => [each?.secret ?? each, each?.scheme]));
    if (webhook === undefined || text !== known) {
      webhook = webhookWith(secrets, options);
      known = text;
    }
    return webhook;
  };
}

/** Of several secrets, the error names the one that is wrong. */
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

/** Whether it would be refused by itself. Nothing stays of the attempt, unlike of a `Webhook`. */
function isInvalid(secret, { scheme }) {
  try {
    verify("", {}, secret, { scheme });
    return false;
  } catch ({ code }) {
    return code === "invalid_secret";
  }
}

// `explain`, which has its own wasm module, because only development needs it.

import * as wasm from "./agentmail_webhooks.js";
import { inCallOf } from "./call.js";
import { addSecrets, call, number, ready, release, request, secretList, settings, time } from "./webhook.js";

export function explain(payload, headers, secrets, options) {
  return inCallOf(explain, () => checked(payload, headers, secrets, options));
}

function checked(payload, headers, secrets, options) {
  const { scheme, toleranceSeconds, now } = settings(options);
  const unixSeconds = time(now);
  const [body, block] = request(payload, headers);
  ready();
  const explainer = new wasm.Explainer();
  try {
    addSecrets(secretList(secrets, scheme), (...secret) => explainer.addSecret(...secret));
    return call(body, block, (buffers, payload, headers) =>
      explainer.explain(buffers, payload, headers, unixSeconds, number(toleranceSeconds)));
  } finally {
    release(explainer);
  }
}

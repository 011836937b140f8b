// Deliveries that an endpoint must refuse. Each changes one thing of a genuine delivery.

import { randomBytes } from "node:crypto";
import { Webhook } from "agentmail-webhooks/explain";

const HOUR = 3600;

/**
 * By name: a description, the schemes that it applies to (all unless set), and `make`, which takes
 * `{ sign(body, { id, timestamp }?), scheme, secret, body, id, now }` and returns `{ headers, body }`.
 */
export const FORGERIES = {
  body: {
    about: "the signed body with one space added",
    make: ({ sign, body }) => ({ headers: sign(body), body: `${body} ` }),
  },
  signature: {
    about: "a signature with one wrong digit",
    make: ({ sign, body }) => ({ headers: mapSignature(sign(body), wrongDigit), body }),
  },
  secret: {
    about: "signed with someone else's secret",
    make: ({ scheme, body, id }) => {
      const stranger = new Webhook({ secret: `whsec_${randomBytes(32).toString("base64")}`, scheme });
      return { headers: stranger.sign(body, { id }), body };
    },
  },
  id: {
    about: "a genuine delivery with a different id",
    schemes: ["standard"],
    make: ({ sign, body, id }) => ({ headers: { ...sign(body), "svix-id": `${id}x` }, body }),
  },
  stale: {
    about: "genuine, and sent again an hour later",
    schemes: ["standard", "timestamped"],
    make: ({ sign, body, now }) => ({ headers: sign(body, { timestamp: now - HOUR }), body }),
  },
  future: {
    about: "signed for an hour from now",
    schemes: ["standard", "timestamped"],
    make: ({ sign, body, now }) => ({ headers: sign(body, { timestamp: now + HOUR }), body }),
  },
  timestamp: {
    about: "an old delivery with the current time as its timestamp",
    schemes: ["standard", "timestamped"],
    make: ({ sign, body, now }) => {
      const headers = sign(body, { timestamp: now - HOUR });
      const rename = ([name, value]) => [name, name.endsWith("-timestamp") ? `${now}` : value];
      return { headers: Object.fromEntries(Object.entries(headers).map(rename)), body };
    },
  },
  scheme: {
    about: "signed under a scheme that is not configured",
    make: ({ scheme, secret, body }) => {
      const other = new Webhook({ secret, scheme: scheme === "body" ? "timestamped" : "body" });
      return { headers: other.sign(body), body };
    },
  },
  unsigned: {
    about: "a sender that says it has no secret",
    make: ({ body }) => ({ headers: { "x-agentmail-unsigned": "1" }, body }),
  },
  missing: {
    about: "no signature at all",
    make: ({ body }) => ({ headers: {}, body }),
  },
};

export function forgeriesFor(scheme) {
  return Object.keys(FORGERIES).filter((name) => (FORGERIES[name].schemes ?? [scheme]).includes(scheme));
}

function mapSignature(headers, change) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, name.endsWith("-signature") ? change(value) : value]));
}

/** Changes the digit after `v1,`, `v1=` or `sha256=`, which leaves base64 and hex well-formed. */
function wrongDigit(signature) {
  return signature.replace(/([,=])(.)/, (_, mark, digit) => `${mark}${digit === "a" ? "b" : "a"}`);
}

// Recognizes genuine deliveries, from the description of the schemes (WIRE, section 1) and with node:crypto. It is not
// strict about form: it only tells genuine deliveries from forgeries.

import { createHmac } from "node:crypto";

/** Returns whether a signature of the delivery is right under any of the secrets, and within the window. */
export function isGenuine({ payload, headers, secrets, now, tolerance }) {
  const body = Buffer.from(payload, "base64");
  const values = new Map();
  for (const [name, value] of headers) {
    // A server may have joined equal copies.
    const [copy] = value.split(", ");
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), copy);
  }
  const header = (name) => values.get(name) ?? "";
  const isFresh = (timestamp) => /^\d+$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= tolerance;
  const mac = (key, ...parts) => {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  };
  const signature = header("x-agentmail-signature").toLowerCase();
  const schemes = {
    standard: (secret) =>
      ["svix", "webhook"].some((set) => {
        const [id, timestamp, list] = ["id", "timestamp", "signature"].map((name) => header(`${set}-${name}`));
        const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
        const expected = `v1,${mac(key, `${id}.${timestamp}.`, body).toString("base64")}`;
        return isFresh(timestamp) && list.split(" ").includes(expected);
      }),
    timestamped: (secret) => {
      const timestamp = header("x-agentmail-timestamp");
      return isFresh(timestamp) && signature === `v1=${mac(secret, `${timestamp}.`, body).toString("hex")}`;
    },
    body: (secret) => signature.replace(/^sha256=/, "") === mac(secret, body).toString("hex"),
  };
  return secrets.some(([scheme, secret]) => schemes[scheme](secret));
}

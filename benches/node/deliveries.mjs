// Deliveries as a server hands them over: a Buffer, and headers of which three matter.

import { createHmac } from "node:crypto";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Signed now: most peers read the clock, and refuse what is older than five minutes. */
export function delivery(body) {
  const id = "msg_2Lv9mXn4TzKqWcRbYpGhJsDfA7e";
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  const headers = {
    host: "agents.example.com",
    "user-agent": "Svix-Webhooks/1.62.0 (sender-9YMgn; +https://www.svix.com/http-sender/)",
    accept: "*/*",
    "accept-encoding": "gzip, deflate, br",
    "content-type": "application/json",
    "content-length": String(body.length),
    "svix-id": id,
    "svix-timestamp": timestamp,
    "svix-signature": `v1,${signature}`,
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-request-id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    via: "2.0 proxy.example.com",
  };
  return { body, headers };
}

/** The same with another payload of the same length. */
export function forged({ body, headers }) {
  const changed = Buffer.from(body);
  changed[changed.length - 1] ^= 1;
  return { body: changed, headers };
}

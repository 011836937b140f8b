// Signed deliveries, samples of every event and a controllable clock, for the tests of applications.

import { Webhook } from "agentmail-webhooks";
import { DIALECTS, SAMPLES } from "./samples.js";

export const EVENT_TYPES = Object.freeze(Object.keys(SAMPLES));

export function sample(eventType, overrides, { dialect } = {}) {
  if (!Object.hasOwn(SAMPLES, eventType)) throw new TypeError(`there is no sample of ${eventType}: EVENT_TYPES lists them`);
  if (dialect !== undefined && !Object.hasOwn(DIALECTS, dialect)) {
    throw new TypeError(`there is no dialect ${dialect}, but ${Object.keys(DIALECTS).join(", ")}`);
  }
  // Most events are the same in all dialects.
  return merge(DIALECTS[dialect]?.[eventType] ?? SAMPLES[eventType], overrides ?? {});
}

export function signTestDelivery(event, secret, { id, timestamp, ...options } = {}) {
  const body = isRaw(event) ? event : JSON.stringify(event);
  const headers = new Webhook(secret, options).sign(body, { id, timestamp });
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
}

export function signTestRequest(event, secret, { url = "http://localhost/webhooks", ...options } = {}) {
  return new Request(url, signTestDelivery(event, secret, options));
}

export function fakeClock(start = Math.floor(Date.now() / 1000)) {
  let time = start;
  return {
    now: () => time,
    set: (unixSeconds) => {
      time = unixSeconds;
    },
    advance: (seconds) => {
      time += seconds;
    },
  };
}

/** Returns a copy of `base` with `overrides`. Objects are merged, other values replaced; `undefined` removes a member. */
function merge(base, overrides) {
  if (!isObject(base) || !isObject(overrides)) return copy(overrides);
  const members = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(overrides)) members.set(name, merge(members.get(name), value));
  return copy(Object.fromEntries(members));
}

/** Copies a value. In Jest, `structuredClone` returns objects of another realm. Defines members, so that `__proto__` is a name. */
function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, copy(member)]));
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns `true` for bytes. Checks the tag, because in test runners `ArrayBuffer` is often from another realm. */
function isRaw(event) {
  const tag = Object.prototype.toString.call(event);
  return typeof event === "string" || ArrayBuffer.isView(event) || tag === "[object ArrayBuffer]";
}

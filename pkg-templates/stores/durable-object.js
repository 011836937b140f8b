// A DeliveryStore in Cloudflare Durable Objects: one object for each delivery, which handles one call at a time. An alarm
// deletes it.

import { DurableObject } from "cloudflare:workers";
import { has } from "../adapters/check.js";
import { endpointOf, storeChecks } from "./check.js";

const checks = storeChecks("stores/durable-object.md");
const RIGHT = 'durableObjectStore(env.DELIVERIES, { endpoint: "support" }), with the name of the binding in wrangler.jsonc;';

export class DeliveryObject extends DurableObject {
  async claim(token, leaseSeconds) {
    const entry = await this.#live();
    if (entry?.isCompleted) return "completed";
    if (entry && entry.token !== token) return "in_progress";
    await this.#keep({ token }, leaseSeconds);
    return "claimed";
  }

  async complete(token, ttlSeconds) {
    const entry = await this.#live();
    if (entry && entry.token !== token) return false;
    await this.#keep({ token, isCompleted: true }, ttlSeconds);
    return true;
  }

  async release(token) {
    const entry = await this.#live();
    if (entry?.token === token && !entry.isCompleted) await this.#remove();
  }

  async alarm() {
    const entry = await this.#live();
    if (entry) await this.ctx.storage.setAlarm(entry.until);
    else await this.#remove();
  }

  async #live() {
    const entry = await this.ctx.storage.get("entry");
    return entry && entry.until > Date.now() ? entry : undefined;
  }

  async #keep(entry, seconds) {
    const until = Date.now() + seconds * 1000;
    await this.ctx.storage.put("entry", { ...entry, until });
    await this.ctx.storage.setAlarm(until);
  }

  async #remove() {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
}

/** `namespace` is the binding of `DeliveryObject`. */
export function durableObjectStore(namespace, options) {
  checks.check("durableObjectStore: the first argument", has(namespace, "idFromName", "get"), "a namespace of Durable Objects", RIGHT);
  const endpoint = endpointOf("durableObjectStore", options, RIGHT, checks);
  const object = (key) => namespace.get(namespace.idFromName(`${endpoint}:${key}`));
  return {
    async claim(key, leaseSeconds) {
      const token = crypto.randomUUID();
      const state = await object(key).claim(token, leaseSeconds);
      return state === "claimed" ? { state, token } : { state };
    },

    async complete(key, token, ttlSeconds) {
      return object(key).complete(token, ttlSeconds);
    },

    async release(key, token) {
      await object(key).release(token);
    },
  };
}

// The store of an adapter, and the check that no two adapters have the same.

import { isStore } from "../stores/check.js";
import { isFunction } from "./check.js";

/** In one place for all copies of this module: `import` and `require` have their own, and bundles have. */
const OWNERS = Symbol.for("agentmail-webhooks.stores");

/**
 * Returns the function that finds the store of a request. A function is asked once for each environment where the
 * platform has environments, once for the process elsewhere, and again only after it failed.
 */
export function stores(store, { check, refuse }) {
  const owner = {};
  /** One endpoint's deliveries must not pass for those of another. */
  const own = (made) => {
    const owners = (globalThis[OWNERS] ??= new WeakMap());
    const first = owners.get(made) ?? owner;
    if (first !== owner) refuse("store is the store of another adapter", "each endpoint handles its own delivery of an event: make a store for each;");
    owners.set(made, owner);
    return made;
  };
  if (store === undefined) return () => undefined;
  if (typeof store !== "function") {
    own(store);
    return () => store;
  }

  const process = {};
  const known = new WeakMap();
  const checked = (made) => {
    // A binding that is missing must not mean: without a store.
    check("store", isStore(made), "a function that gives a DeliveryStore in this environment");
    return own(made);
  };
  return ({ environment, hasEnvironments, waitUntil }) => {
    const place = hasEnvironments ? environment : process;
    if (!known.has(place)) {
      const given = asked(() => store(environment));
      const making = Promise.resolve(given).then(checked);
      known.set(place, making);
      const settled = making.catch(() => known.delete(place));
      // A platform that ends a request whose sender hung up would end this with it, and leave others waiting.
      if (isFunction(given?.then)) waitUntil?.(settled);
    }
    return known.get(place);
  };
}

function asked(action) {
  try {
    return action();
  } catch (error) {
    return Promise.reject(error);
  }
}

// Finds the store of an adapter, and checks that no two adapters share one.

import { isStore } from "../stores/check.js";
import { isFunction } from "./check.js";

/** The key of a global that all copies of this module share: `import`, `require` and bundles have their own. */
const OWNERS = Symbol.for("agentmail-webhooks.stores");

/**
 * Returns the function that finds the store of a request. A function is called once for each environment, if the platform
 * has environments, otherwise once for the process, and again only after a failure.
 */
export function stores(store, { check, refuse }) {
  const owner = {};
  /** Rejects a store of another adapter, because deliveries of one endpoint must not count for another. */
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
    // A missing binding must not result in an endpoint without a store.
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
      // A platform may cancel this together with a request whose sender disconnected, while other requests wait for it.
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

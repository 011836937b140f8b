// Reports an adapter that is mounted in another framework.

import { isFunction } from "./check.js";
import { invalidOption } from "./errors.js";
import { log } from "./log.js";

/**
 * Throws, for frameworks that answer with 500 then. Express 4 and `node:http` would leave the sender waiting: there it
 * answers itself.
 * @param response what may be a response of `node:http`
 */
export function refuseMisuse(used, hint, response) {
  const error = invalidOption({ message: `agentmail-webhooks/${used} was called with what is not of its framework`, hint });
  if (!isFunction(response?.writeHead)) throw error;
  log(error);
  response.writeHead(500).end();
}

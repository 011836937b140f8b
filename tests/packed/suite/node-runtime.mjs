// Features of Node that other runtimes do not have.

import { inspect } from "node:util";
import { runInNewContext } from "node:vm";

export const runtime = {
  Buffer,
  /** Another realm, as in Jest and other test runners. `instanceof` fails there. */
  realm: runInNewContext("({ Uint8Array, ArrayBuffer, JSON })"),
  inspect: (value) => inspect(value, { showHidden: true, depth: 10, showProxy: true, getters: true }),
};

// What Node has beyond the other runtimes.

import { inspect } from "node:util";
import { runInNewContext } from "node:vm";

export const runtime = {
  Buffer,
  /** Jest and other test runners have one: `instanceof` fails there. */
  realm: runInNewContext("({ Uint8Array, ArrayBuffer, JSON })"),
  inspect: (value) => inspect(value, { showHidden: true, depth: 10, showProxy: true, getters: true }),
};

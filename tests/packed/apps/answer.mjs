// For pages and servers: fixtures come as text, results leave as objects.

import { wholeOrShort } from "../suite/suite.mjs";
import { resultsOf } from "../suite/results.mjs";

export function answer(library, kit, fixtures) {
  return resultsOf((test) => wholeOrShort(library, JSON.parse(fixtures), { test, kit }));
}

/** Gives a handler from `Request` to `Response`. */
export function handler(library, kit) {
  return async (request) => Response.json(await answer(library, kit, await request.text()));
}

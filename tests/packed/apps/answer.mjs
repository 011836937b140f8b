// For pages and servers: fixtures come as text, results leave as objects.

import { wholeOrShort } from "../suite/suite.mjs";
import { resultsOf } from "../suite/results.mjs";

export function answer({ library, kit, explaining }, fixtures) {
  return resultsOf((test) => wholeOrShort(library, JSON.parse(fixtures), { test, kit, explaining }));
}

/** Gives a handler from `Request` to `Response`. */
export function handler(libraries) {
  return async (request) => Response.json(await answer(libraries, await request.text()));
}

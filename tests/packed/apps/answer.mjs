// Runs the suite in pages and servers: takes the fixtures as text, and returns the results as objects.

import { wholeOrShort } from "../suite/suite.mjs";
import { resultsOf } from "../suite/results.mjs";

export function answer({ library, kit, explaining }, fixtures) {
  return resultsOf((test) => wholeOrShort(library, JSON.parse(fixtures), { test, kit, explaining }));
}

/** Returns a handler from `Request` to `Response`. */
export function handler(libraries) {
  return async (request) => Response.json(await answer(libraries, await request.text()));
}

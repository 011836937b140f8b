// For pages and Workers: fixtures come as text, results leave as objects.

import { suite } from "../suite.mjs";
import { resultsOf } from "../suite/results.mjs";

export function answer(library, fixtures) {
  return resultsOf((test) => suite(library, JSON.parse(fixtures), { test }));
}

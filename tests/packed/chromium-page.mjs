import * as library from "agentmail-webhooks";
import { suite } from "./suite.mjs";
import { resultsOf } from "./suite/results.mjs";

/** Takes the fixtures, as text, so that no name in them means something on the way; gives the results. */
globalThis.run = async (text) => {
  const fixtures = JSON.parse(text);
  await library.init();
  return resultsOf((test) => suite(library, fixtures, { test }));
};

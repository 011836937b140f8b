import * as library from "agentmail-webhooks";
import { suite } from "./suite.mjs";
import { resultsOf } from "./suite/results.mjs";

export default {
  /** Takes the fixtures, answers with the results. */
  async fetch(request) {
    const fixtures = await request.json();
    return Response.json(await resultsOf((test) => suite(library, fixtures, { test })));
  },
};

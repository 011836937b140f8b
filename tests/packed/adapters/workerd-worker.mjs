import { resultsOf } from "../suite/results.mjs";
import { fetchSuite } from "./fetch-suite.mjs";

export default {
  /** Answers with the results. */
  async fetch() {
    return Response.json(await resultsOf((test) => fetchSuite({ test })));
  },
};

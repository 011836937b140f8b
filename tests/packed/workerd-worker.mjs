import * as library from "agentmail-webhooks";
import { suite } from "./suite.mjs";

export default {
  /** Takes the fixtures, answers with the results. */
  async fetch(request) {
    const tests = [];
    suite(library, await request.json(), { test: (name, run) => tests.push({ name, run }) });
    const results = [];
    for (const { name, run } of tests) {
      try {
        await run();
        results.push({ name });
      } catch (error) {
        results.push({ name, error: `${error?.stack ?? error}` });
      }
    }
    return Response.json(results);
  },
};

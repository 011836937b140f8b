import * as library from "agentmail-webhooks";
import { check } from "./check.mjs";

export default {
  /** Takes the text of a file, answers with a report. */
  async fetch(request) {
    return Response.json(check(library, await request.text()));
  },
};

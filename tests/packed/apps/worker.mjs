import * as library from "agentmail-webhooks";
import { answer } from "./answer.mjs";

export default {
  async fetch(request) {
    return Response.json(await answer(library, await request.text()));
  },
};

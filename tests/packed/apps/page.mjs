import * as library from "agentmail-webhooks";
import * as kit from "agentmail-webhooks/testing";
import { answer } from "./answer.mjs";

globalThis.run = async (fixtures) => {
  await library.init();
  return answer(library, kit, fixtures);
};

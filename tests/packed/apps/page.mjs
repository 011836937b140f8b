import * as library from "agentmail-webhooks";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { answer } from "./answer.mjs";

globalThis.run = async (fixtures) => {
  await library.init();
  await explaining.init();
  return answer({ library, kit, explaining }, fixtures);
};

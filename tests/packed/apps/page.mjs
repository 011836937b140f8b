import * as library from "agentmail-webhooks";
import { answer } from "./answer.mjs";

globalThis.run = async (fixtures) => {
  await library.init();
  return answer(library, fixtures);
};

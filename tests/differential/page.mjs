import * as library from "agentmail-webhooks";
import { check } from "./check.mjs";

/** Takes the text of a file, gives a report. */
globalThis.run = async (text) => {
  await library.init();
  return check(library, text);
};

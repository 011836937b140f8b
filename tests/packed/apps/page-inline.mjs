// The testing kit imports `agentmail-webhooks`, which is another copy.
import * as library from "agentmail-webhooks/inline";
import { answer } from "./answer.mjs";

globalThis.run = (fixtures) => answer({ library }, fixtures);

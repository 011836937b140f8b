// Without `explain` and the testing kit, which would bring another copy of the library.
import * as library from "agentmail-webhooks/inline";
import { answer } from "./answer.mjs";

globalThis.run = (fixtures) => answer({ library }, fixtures);

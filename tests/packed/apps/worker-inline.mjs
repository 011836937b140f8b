import * as library from "agentmail-webhooks/inline";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { handler } from "./answer.mjs";

export default { fetch: handler({ library, kit, explaining }) };

import "../../compiles-nothing.mjs";
import * as library from "agentmail-webhooks/inline";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { handler } from "../../../../apps/answer.mjs";

export const config = { runtime: "edge" };
export default handler({ library, kit, explaining });

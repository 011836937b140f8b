import "../../compiles-nothing.mjs";
import * as library from "agentmail-webhooks/inline";
import { handler } from "../../../../apps/answer.mjs";

export const config = { runtime: "edge" };
export default handler(library);

import * as library from "agentmail-webhooks/inline";
import { handler } from "./answer.mjs";

export default { fetch: handler(library) };

import * as library from "agentmail-webhooks";
import { handler } from "./answer.mjs";

export default { fetch: handler(library) };

import * as library from "agentmail-webhooks";
import { handler } from "../../../../apps/answer.mjs";

export const POST = handler(library);

import * as library from "agentmail-webhooks";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { handler } from "../../../../apps/answer.mjs";

export const POST = handler({ library, kit, explaining });

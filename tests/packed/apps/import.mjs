import * as library from "agentmail-webhooks";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { nodeOnly } from "../suite/node.mjs";
import { program } from "./program.mjs";

program({ library, kit, explaining }, nodeOnly);

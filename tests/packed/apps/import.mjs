import * as library from "agentmail-webhooks";
import * as kit from "agentmail-webhooks/testing";
import { nodeOnly } from "../suite/node.mjs";
import { program } from "./program.mjs";

program(library, kit, nodeOnly);

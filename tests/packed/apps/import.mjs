import * as library from "agentmail-webhooks";
import { nodeOnly } from "../suite/node.mjs";
import { program } from "./program.mjs";

program(library, nodeOnly);

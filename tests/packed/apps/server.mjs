// The same as import.mjs, for bundles and for runtimes that must not open a port.

import * as library from "agentmail-webhooks";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { program } from "./program.mjs";

program({ library, kit, explaining });

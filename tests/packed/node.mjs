import { test } from "node:test";
import * as library from "agentmail-webhooks";
import { fixtures } from "./fixtures.mjs";
import { runtime } from "./node-runtime.mjs";
import { nodeOnly } from "./node-only.mjs";
import { suite } from "./suite.mjs";

suite(library, fixtures, { test, runtime });
nodeOnly(library, { test });

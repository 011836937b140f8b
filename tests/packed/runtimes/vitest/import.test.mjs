import * as library from "agentmail-webhooks";
import * as kit from "agentmail-webhooks/testing";
import { test } from "vitest";
import { fixtures } from "../../lib/fixtures.mjs";
import { suite } from "../../suite/suite.mjs";
import { runtime } from "../../suite/node-runtime.mjs";

suite(library, fixtures, { test, kit, runtime });

import * as library from "agentmail-webhooks";
import * as explaining from "agentmail-webhooks/explain";
import * as kit from "agentmail-webhooks/testing";
import { test } from "vitest";
import { given } from "../../lib/fixtures.mjs";
import { wholeOrShort } from "../../suite/suite.mjs";
import { runtime } from "../../suite/node-runtime.mjs";

wholeOrShort(library, given({}), { test, kit, explaining, runtime });

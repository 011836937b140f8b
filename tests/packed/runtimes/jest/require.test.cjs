const library = require("agentmail-webhooks");
const explaining = require("agentmail-webhooks/explain");
const kit = require("agentmail-webhooks/testing");
// What run.mjs makes of the suite: Jest loads no ES module here.
const { fixtures, runtime, wholeOrShort } = require("./dist/suite.cjs");

wholeOrShort(library, fixtures, { test, kit, explaining, runtime });

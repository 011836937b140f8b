const library = require("agentmail-webhooks");
const kit = require("agentmail-webhooks/testing");
// What run.mjs makes of the suite: Jest loads no ES module here.
const { fixtures, runtime, suite } = require("./dist/suite.cjs");

suite(library, fixtures, { test, kit, runtime });

const library = require("agentmail-webhooks");
const kit = require("agentmail-webhooks/testing");
// What run.mjs makes of the suite: Jest loads no ES module here.
const { fixtures, runtime, wholeOrShort } = require("./dist/suite.cjs");

wholeOrShort(library, fixtures, { test, kit, runtime });

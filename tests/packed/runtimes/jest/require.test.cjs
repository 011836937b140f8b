const library = require("agentmail-webhooks");
const explaining = require("agentmail-webhooks/explain");
const kit = require("agentmail-webhooks/testing");
// run.mjs builds this from the suite, because Jest loads no ES module here.
const { fixtures, runtime, wholeOrShort } = require("./dist/suite.cjs");

wholeOrShort(library, fixtures, { test, kit, explaining, runtime });

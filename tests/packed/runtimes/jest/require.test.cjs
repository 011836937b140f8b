const library = require("agentmail-webhooks");
// What run.mjs makes of the suite: Jest loads no ES module here.
const { fixtures, runtime, suite } = require("./dist/suite.cjs");

suite(library, fixtures, { test, runtime });

const { test } = require("node:test");
const library = require("agentmail-webhooks");

Promise.all([import("./suite.mjs"), import("./fixtures.mjs"), import("./node-runtime.mjs")]).then(
  ([{ suite }, { fixtures }, { runtime }]) => suite(library, fixtures, { test, runtime }),
);

const library = require("agentmail-webhooks");
const kit = require("agentmail-webhooks/testing");

Promise.all([import("./program.mjs"), import("../suite/node.mjs")]).then(([{ program }, { nodeOnly }]) =>
  program(library, kit, nodeOnly),
);

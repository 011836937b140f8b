const library = require("agentmail-webhooks");

Promise.all([import("./program.mjs"), import("../suite/node.mjs")]).then(([{ program }, { nodeOnly }]) =>
  program(library, nodeOnly),
);

const library = require("agentmail-webhooks");
const explaining = require("agentmail-webhooks/explain");
const kit = require("agentmail-webhooks/testing");

Promise.all([import("./program.mjs"), import("../suite/node.mjs")]).then(([{ program }, { nodeOnly }]) =>
  program({ library, kit, explaining }, nodeOnly),
);

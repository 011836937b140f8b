import { test } from "node:test";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";
import { dev } from "./wrangler.mjs";

const example = project("worker-queue");

test("examples: a Worker with a queue", async (t) => {
  const server = await dev(t, example);
  // The consumer prints it, not the webhook.
  await checkEndpoint(server, { prints: ({ id }) => `working on <${id}@mail.example> in inbox_1` });
});

import { test } from "node:test";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";
import { dev } from "./wrangler.mjs";

test("examples: a Worker with Durable Objects", async (t) => {
  await checkEndpoint(await dev(t, project("worker-durable-object")));
});

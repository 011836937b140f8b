import { test } from "node:test";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";

test("examples: Fastify", async (t) => {
  const example = project("fastify");
  example.keepSecret();
  await checkEndpoint(await example.serve(t, "start", { env: { HOST: "127.0.0.1", PORT: "0" } }));
});

import { test } from "node:test";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";
import { dev } from "./wrangler.mjs";

const example = project("hono");

test("examples: Hono in Node", async (t) => {
  example.keepSecret();
  await checkEndpoint(await example.serve(t, "start", { env: { HOST: "127.0.0.1", PORT: "0" } }));
});

test("examples: Hono in Workers", async (t) => {
  await checkEndpoint(await dev(t, example, { first: "migrate" }));
});

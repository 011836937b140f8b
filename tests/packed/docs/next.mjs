// docs/adapters/fetch.md and docs/platforms.md: their route handlers in one project of Next.js, built and started as users do it.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tool } from "../lib/tools.mjs";
import { claims } from "./blocks.mjs";
import { genuine, payload, serve, start } from "./kit.mjs";

const PAGE = "docs/adapters/fetch.md";
const PLATFORMS = "docs/platforms.md";
const directory = join(import.meta.dirname, "written/next");
const routes = { webhooks: "route.ts", edge: "edge.ts", after: "after.ts" };
const block = claims(import.meta.url);

rmSync(directory, { recursive: true, force: true });
for (const [path, name] of Object.entries(routes)) {
  mkdirSync(join(directory, "app", path), { recursive: true });
  writeFileSync(join(directory, "app", path, "route.ts"), block(PAGE, name));
}
mkdirSync(join(directory, "pages/api"), { recursive: true });
writeFileSync(join(directory, "pages/api/webhooks.ts"), block(PLATFORMS, "pages-router.ts"));
// Without the line that the page asks for.
writeFileSync(join(directory, "pages/api/parsed.ts"), block(PLATFORMS, "pages-router.ts").replace("bodyParser: false", "bodyParser: true"));
writeFileSync(join(directory, "package.json"), '{ "private": true }');
// The directory in which `next` is installed. It is outside this one, unlike in a separate project.
const root = join(directory, "../../../../../..");
writeFileSync(join(directory, "next.config.mjs"), `const root = ${JSON.stringify(root)};\nexport default { outputFileTracingRoot: root, turbopack: { root }, typescript: { ignoreBuildErrors: true } };\n`);

const next = tool("next", directory);
const command = (directory) => [process.execPath, next.path, "start", directory];
test(`${PAGE}: the routes for Next.js are built without a secret`, () => next.run("build"));

for (const path of Object.keys(routes)) {
  test(`${PAGE}: ${routes[path]}`, async () => {
    await serve(directory, {
      path: `/${path}`,
      command,
      more: async ({ url }) => assert.equal((await fetch(url)).status, 405),
    });
  });
}

test(`${PLATFORMS}: Pages Router`, () => serve(directory, { path: "/api/webhooks", command }));

test(`${PLATFORMS}: Pages Router, with the body parsed`, async () => {
  const server = await start(directory, { path: "/api/parsed", command });
  try {
    assert.equal((await server.post(genuine(), payload)).status, 500);
    await server.prints(/payload_not_raw/);
  } finally {
    await server.stop();
  }
});

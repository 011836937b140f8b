// A page without a bundler: the browser loads the files of the package as they are.

import { fileURLToPath } from "node:url";
import { reportPage } from "../lib/page.mjs";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const imports = {
  "agentmail-webhooks": "/node_modules/agentmail-webhooks/entries/browser.js",
  "agentmail-webhooks/explain": "/node_modules/agentmail-webhooks/explain/entries/browser.js",
  "agentmail-webhooks/testing": "/node_modules/agentmail-webhooks/testing/index.js",
  "agentmail-webhooks/inline": "/node_modules/agentmail-webhooks/entries/inline.js",
};
const html = (app) => `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/tests/packed/apps/${app}"></script>`;

await reportPage({ by: "no bundler", whole: true }, { directory: project, html: html("page.mjs") });
await reportPage({ by: "no bundler", as: "`agentmail-webhooks/inline`" }, { directory: project, html: html("page-inline.mjs") });

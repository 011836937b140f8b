// The adapters of the Fetch API, in Node.

import { createRequire } from "node:module";
import { test } from "node:test";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { fetchSuite } from "./fetch-suite.mjs";

const require = createRequire(import.meta.url);

fetchSuite({
  test,
  handlers: { fetch: webhookHandler, "fetch, by require": require("agentmail-webhooks/fetch").webhookHandler },
  honoHandlers: { hono: honoHandler, "hono, by require": require("agentmail-webhooks/hono").webhookHandler },
});

// In Cloudflare Workers, where a D1 database remembers what was handled.

import type { D1Database } from "@cloudflare/workers-types";
import type { ExecutionContext } from "hono";
import { d1Store } from "agentmail-webhooks/stores/sql";
import { app } from "./app";

interface Env {
  AGENTMAIL_WEBHOOK_SECRET: string;
  DATABASE: D1Database;
}

export default {
  fetch: (request: Request, { AGENTMAIL_WEBHOOK_SECRET, DATABASE }: Env, ctx: ExecutionContext) =>
    app.fetch(request, { AGENTMAIL_WEBHOOK_SECRET, store: d1Store(DATABASE, { endpoint: "support" }) }, ctx),
};

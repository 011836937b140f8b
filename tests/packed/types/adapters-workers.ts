// The adapters for Workers. Compiled, never run.

import { Hono } from "hono";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { durableObjectStore, DeliveryObject } from "agentmail-webhooks/stores/durable-object";
import { d1Store } from "agentmail-webhooks/stores/sql";

export { DeliveryObject };

interface Env {
  AGENTMAIL_WEBHOOK_SECRET: string;
  DELIVERIES: DurableObjectNamespace<DeliveryObject>;
  DATABASE: D1Database;
  QUEUE: Queue;
}

export default {
  fetch: webhookHandler<Env, ExecutionContext>({
    secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
    store: (env) => durableObjectStore(env.DELIVERIES, { endpoint: "support" }),
    background: true,
    on: {
      "message.received": async (event, { idempotencyKey }, { env, ctx, request }) => {
        await env.QUEUE.send({ event, idempotencyKey, url: request.url });
        ctx.waitUntil(Promise.resolve());
      },
    },
  }),
} satisfies ExportedHandler<Env>;

const app = new Hono<{ Bindings: Env }>();
app.post("/", honoHandler({ secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET, store: (env) => d1Store(env.DATABASE, { endpoint: "support" }) }));

webhookHandler<Env>({
  // @ts-expect-error no such binding
  secret: (env) => env.SECRET,
});

// Deno.serve, Bun.serve and route handlers of Next.js take these.
export const POST: (request: Request) => Promise<Response> = webhookHandler({ secret: "a" });

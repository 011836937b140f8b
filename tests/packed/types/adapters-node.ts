// The adapters for Node, typed to the last argument. Compiled, never run.

import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { createClient } from "redis";
import { Redis } from "ioredis";
import type {
  AdapterOptions,
  AdapterOutcome,
  Claim,
  DeliveryStore,
  Handlers,
  MessageReceivedEvent,
  Outcome,
  ReceivedDelivery,
  WebhookError,
  WebhookEvent,
} from "agentmail-webhooks";
import { webhookHandler as expressHandler } from "agentmail-webhooks/express";
import { webhookPlugin } from "agentmail-webhooks/fastify";
import { webhookHandler as honoHandler } from "agentmail-webhooks/hono";
import { webhookHandler as lambdaHandler } from "agentmail-webhooks/lambda";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { once } from "agentmail-webhooks/stores/once";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { MIGRATION, sqliteStore } from "agentmail-webhooks/stores/sql";

const app = express();
app.post(
  "/webhooks",
  expressHandler({
    secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
    store: memoryStore({ maxEntries: 10 }),
    on: {
      "message.received": async (event, delivery, { request }) => {
        const subject: string | undefined = event.message.subject;
        const key: string = delivery.idempotencyKey;
        void [subject, key, request.headers];
      },
      unknown: (event) => event.wire_type.length,
      any: (event: WebhookEvent, { payload }) => [event.event_type, payload.length],
      unreadable: (error: WebhookError, { payload, idempotencyKey, scheme }, { response }) => void [error.code, payload.length, idempotencyKey, scheme, response],
    },
    onWarning: (warnings: string[], { request }, { event }) => console.warn(request.url, event.event_type, ...warnings),
    onOutcome: ({ outcome, status, milliseconds, eventType, code }: AdapterOutcome, { request }) => {
      const known: Outcome = outcome;
      void [known, status + milliseconds, eventType?.length, code?.length, request.url];
    },
    onError: (error: unknown, { request }, delivery) => {
      // @ts-expect-error nothing is known of what was refused
      void delivery.payload;
      const key: string | undefined = delivery?.idempotencyKey;
      const payload: Uint8Array | undefined = delivery?.payload;
      console.error(error, request.url, key, payload, delivery?.event?.event_type);
    },
  }),
);
createServer(expressHandler({ secret: "a", onError: (error: unknown) => console.error(error) }));
createServer(expressHandler({ secret: (env, { method, url, headers }) => env[`${method} ${new URL(url).host} ${headers.get("x-tenant")}`] }));
createServer(expressHandler({ secret: (env) => env.SECRET, maxBodyBytes: 1000, toleranceSeconds: 60, scheme: "body" }));

// @ts-expect-error the secret is left out
expressHandler({});
// @ts-expect-error there is no such event
expressHandler({ secret: "a", on: { "message.teleported": () => {} } });
// @ts-expect-error an event has its own members
expressHandler({ secret: "a", on: { "message.sent": (event) => event.message } });
// @ts-expect-error a store has three operations
expressHandler({ secret: "a", store: { claim: async () => ({ state: "completed" }) } });
// @ts-expect-error no such option
expressHandler({ secret: "a", tolerance: 5 });

const server = fastify();
void server.register(webhookPlugin, {
  prefix: "/mail",
  path: "/webhooks",
  secret: [process.env.NEW!, { secret: "old", scheme: "body" }],
  on: { "domain.verified": (event, _delivery, { request, reply }) => void [event.domain.status, request.ip, reply.sent] },
});

const hono = new Hono<{ Bindings: { SECRET: string }; Variables: { user: string } }>();
hono.post("/webhooks", honoHandler({ secret: (env) => env.SECRET, on: { any: (event, _delivery, c) => c.json(event) } }));

export const handler = lambdaHandler({
  secret: async () => "from a vault",
  on: { "message.bounced": (event, _delivery, { request, context }) => void [event.bounce.recipients[0]?.address, request.body, context] },
});
// @ts-expect-error Lambda stops when it has answered
lambdaHandler({ secret: "a", background: true });

const database = new DatabaseSync(":memory:");
database.exec(MIGRATION);
const client = createClient();
const ioredis = new Redis();
const stores: DeliveryStore[] = [
  memoryStore(),
  sqliteStore(database, { endpoint: "support" }),
  redisStore((command) => client.sendCommand(command), { endpoint: "support" }),
  // @ts-expect-error the endpoint is left out
  redisStore((command) => client.sendCommand(command)),
  redisStore(([name, ...values]) => ioredis.call(name!, ...values), { endpoint: "sales" }),
];

export async function consume(store: DeliveryStore): Promise<number> {
  const result = await once(store, "key", async () => 5, { leaseSeconds: 60 });
  // @ts-expect-error only work that was done now has a value
  void result.value;
  if (result.outcome === "in_progress") return result.retryAfterSeconds;
  return result.outcome === "handled" ? result.value : 0;
}

export async function claimed(store: DeliveryStore): Promise<boolean> {
  const claim: Claim = await store.claim("key", 60);
  // @ts-expect-error only what is claimed has a token
  void claim.token;
  return claim.state === "claimed" && store.complete("key", claim.token, 60);
}

// Handlers apart from the options.
const on: Handlers<unknown> = { "message.received": (event: MessageReceivedEvent, delivery: ReceivedDelivery) => void [event, delivery.payload] };
export const options: AdapterOptions<NodeJS.ProcessEnv, unknown> = { secret: "a", on, store: stores[0]!, background: (work) => void work };

// Handles each mail once: a Durable Object remembers what was handled, for all instances of the Worker.

import { webhookHandler } from "agentmail-webhooks/fetch";
import { durableObjectStore, type DeliveryObject } from "agentmail-webhooks/stores/durable-object";

export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";

interface Env {
  AGENTMAIL_WEBHOOK_SECRET: string;
  DELIVERIES: DurableObjectNamespace<DeliveryObject>;
}

export default {
  fetch: webhookHandler<Env>({
    secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
    store: (env) => durableObjectStore(env.DELIVERIES, { endpoint: "support" }),
    on: {
      "message.received": async ({ message }) => {
        console.log(`${message.from[0]?.email} wrote: ${message.subject}`);
      },
    },
  }),
} satisfies ExportedHandler<Env>;

// The webhook puts a job on a queue, and answers when the queue has it. The work is done by the queue's consumer,
// however long it takes, and again until it succeeds.

import { webhookHandler } from "agentmail-webhooks/fetch";
import { durableObjectStore, type DeliveryObject } from "agentmail-webhooks/stores/durable-object";
import { once } from "agentmail-webhooks/stores/once";

export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";

/** Which mail to work on. Not the mail itself: a queue takes 128 KB, and a mail may be longer. */
interface Job {
  idempotencyKey: string;
  inbox_id: string;
  message_id: string;
}

interface Env {
  AGENTMAIL_WEBHOOK_SECRET: string;
  DELIVERIES: DurableObjectNamespace<DeliveryObject>;
  JOBS: Queue<Job>;
}

export default {
  fetch: webhookHandler<Env>({
    secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
    on: {
      // If the queue does not take the job, this throws, the answer is 500, and AgentMail sends the delivery again.
      "message.received": async ({ message: { inbox_id, message_id } }, { idempotencyKey }, { env }) => {
        await env.JOBS.send({ idempotencyKey, inbox_id, message_id });
      },
    },
  }),

  async queue(batch, env) {
    const store = durableObjectStore(env.DELIVERIES, { endpoint: "jobs" });
    for (const job of batch.messages) {
      // AgentMail may deliver a mail twice, and a queue a job. A consumer is stopped after 15 minutes.
      const { outcome } = await once(store, job.body.idempotencyKey, () => work(job.body), { leaseSeconds: 15 * 60 });
      if (outcome === "in_progress") throw new Error("another consumer is at work on this");
    }
  },
} satisfies ExportedHandler<Env, Job>;

/** Fetch the mail through AgentMail's API, ask a model, answer: there are 15 minutes. If it throws, it runs again. */
async function work({ inbox_id, message_id }: Job) {
  console.log(`working on ${message_id} in ${inbox_id}`);
}

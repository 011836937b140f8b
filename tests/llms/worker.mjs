import { webhookHandler } from "agentmail-webhooks/fetch";
import { DeliveryObject, durableObjectStore } from "agentmail-webhooks/stores/durable-object";

export { DeliveryObject }; // bind it in wrangler.jsonc as DELIVERIES, with new_sqlite_classes

export default {
  fetch: webhookHandler({
    secret: (env) => env.AGENTMAIL_WEBHOOK_SECRET,
    store: (env) => durableObjectStore(env.DELIVERIES, { endpoint: "support" }),
    on: {
      "message.received": async ({ message }) => {
        if (message.automated) return;
        console.log(message.subject, message.extracted_text ?? message.text ?? message.preview);
      },
    },
  }),
};

import { webhookHandler } from "agentmail-webhooks/fetch";

export default { fetch: webhookHandler({ secret: ({ SECRET }) => SECRET, onError: () => {} }) };

// The store of Durable Objects, over HTTP, for processes that are no Workers.

import { durableObjectStore } from "agentmail-webhooks/stores/durable-object";

export { DeliveryObject } from "agentmail-webhooks/stores/durable-object";

export default {
  async fetch(request, { DELIVERIES }) {
    const store = durableObjectStore(DELIVERIES, { endpoint: "support" });
    const operation = new URL(request.url).pathname.slice(1);
    return Response.json({ result: await store[operation](...(await request.json())) });
  },
};

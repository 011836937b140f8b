// The stores that processes can share, as a process opens them.

import { createClient } from "redis";
import { redisStore } from "agentmail-webhooks/stores/redis";

const stores = {
  redis: async (port) => {
    const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
    // A server that restarts is part of the test; commands that are lost meanwhile are rejected.
    client.on("error", () => {});
    await client.connect();
    return { ...redisStore((command) => client.sendCommand(command), { endpoint: "support" }), close: () => client.destroy() };
  },
  /** Only Workers reach Durable Objects: `durable-object-worker.mjs` stands between. */
  "durable-object": async (port) => {
    const ask = (operation) => async (...values) => {
      const response = await fetch(`http://127.0.0.1:${port}/${operation}`, { method: "POST", body: JSON.stringify(values) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()).result;
    };
    return { claim: ask("claim"), complete: ask("complete"), release: ask("release"), close: () => {} };
  },
};

export const openStore = (kind, port) => stores[kind](port);

// The stores that processes can share, as a process opens them.

import pg from "pg";
import { createClient } from "redis";
import { postgresStore } from "agentmail-webhooks/stores/postgres";
import { redisStore } from "agentmail-webhooks/stores/redis";

const stores = {
  redis: async (port) => {
    const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
    // A server that restarts is part of the test; commands that are lost meanwhile are rejected.
    client.on("error", () => {});
    await client.connect();
    return { ...redisStore((command) => client.sendCommand(command), { endpoint: "support" }), close: () => client.destroy() };
  },
  postgres: (port) => postgres(port),
  "postgres-transaction": (port) => postgres(port, { transaction: true }),
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

async function postgres(port, options) {
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", connectionTimeoutMillis: 5000 });
  // A server that restarts is part of the test.
  pool.on("error", () => {});
  return { ...postgresStore(pool, { endpoint: "support", ...options }), close: () => pool.end() };
}

export const openStore = (kind, port) => stores[kind](port);

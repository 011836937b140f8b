// Receives deliveries, and dies at the step that it was told. What its handler did it writes to a journal.

import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createClient } from "redis";
import { webhookHandler } from "agentmail-webhooks/express";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { SECRET } from "../suite/kit.mjs";

const [, , journal, port, step] = process.argv;
const reach = (reached) => reached === step && process.kill(process.pid, "SIGKILL");
const client = await createClient({ socket: { host: "127.0.0.1", port: Number(port) } }).connect();
const store = redisStore((command) => client.sendCommand(command), { endpoint: "support" });

const handler = webhookHandler({
  secret: SECRET,
  leaseSeconds: 1,
  onError: () => {},
  store: {
    ...store,
    claim: async (...values) => {
      reach("before the claim");
      const claim = await store.claim(...values);
      reach("after the claim, before the handler");
      return claim;
    },
    complete: async (...values) => {
      reach("after the handler, before the completion");
      const isCompleted = await store.complete(...values);
      reach("after the completion, before the answer");
      return isCompleted;
    },
  },
  on: {
    any: async () => {
      appendFileSync(journal, "started\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
      reach("in the handler");
      appendFileSync(journal, "done\n");
    },
  },
});

const server = createServer(handler).listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());

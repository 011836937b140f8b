// One of the processes that receive deliveries. Its handler fails at random; it is killed at random from outside.
// It writes each step to a journal that all processes share, a line at a time.

import { openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { webhookHandler } from "agentmail-webhooks/express";
import { SECRET } from "../suite/kit.mjs";
import { openStore } from "./stores.mjs";

const [, , journal, kind, port] = process.argv;
const file = openSync(journal, "a");
/** Writes a line to the journal. The monotonic clock is the same for all processes of a machine. */
const note = (what, key) => writeSync(file, `${process.hrtime.bigint()} ${what} ${key}\n`);

const store = await openStore(kind, Number(port));
const noted = {
  ...store,
  complete: async (key, ...values) => {
    const isCompleted = await store.complete(key, ...values);
    note(isCompleted ? "completed" : "late", key);
    return isCompleted;
  },
};
if (store.transaction) {
  noted.transaction = async (key, ...values) => {
    const result = await store.transaction(key, ...values);
    if (result.state === "claimed") note("completed", key);
    return result;
  };
}
const handler = webhookHandler({
  secret: SECRET,
  store: noted,
  // Short, so that the claims of a killed process expire while senders still try.
  leaseSeconds: 2,
  onError: () => {},
  on: {
    "message.received": async (_event, { idempotencyKey }, { transaction }) => {
      note("started", idempotencyKey);
      await transaction?.query("INSERT INTO work VALUES ($1)", [idempotencyKey]);
      // Now and then longer than the lease.
      const milliseconds = Math.random() < 0.01 ? 3000 : Math.random() * 10;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (Math.random() < 0.2) {
        note("failed", idempotencyKey);
        throw new Error("a failure at random");
      }
      note("handled", idempotencyKey);
    },
  },
});

const server = createServer(handler).listen(0, "127.0.0.1", () => process.send(server.address().port));
// Ends with the test, even if the test is killed.
process.on("disconnect", () => process.exit());

import express from "express";
import { webhookHandler } from "agentmail-webhooks/express";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { SECRET } from "../suite/kit.mjs";

const app = express();
app.post("/", webhookHandler({ secret: SECRET, store: memoryStore({ maxEntries: 1000 }), onError: () => {} }));
const server = app.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());

import express from "express";
import pg from "pg";
import { webhookHandler } from "agentmail-webhooks/express";
import { MIGRATION, postgresStore } from "agentmail-webhooks/stores/postgres";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await pool.query(MIGRATION);
const app = express();
app.post("/webhooks", webhookHandler({
  secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
  store: postgresStore(pool, { endpoint: "support" }),
  on: {
    "message.received": async ({ message }) => {
      if (message.automated) return;
      console.log(message.subject, message.extracted_text ?? message.text ?? message.preview);
    },
    unreadable: (error, { payload }) => console.error(error.message, Buffer.from(payload).toString("base64")),
  },
}));
app.use(express.json()); // after the handler
app.listen(process.env.PORT ?? 3000);

// Claims 200 keys, as other processes do, and tells which it got.

import { DatabaseSync } from "node:sqlite";
import { sqliteStore } from "agentmail-webhooks/stores/sql";

const store = sqliteStore(new DatabaseSync(process.argv[2], { timeout: 5000 }), { endpoint: "support" });
const claimed = [];
for (let key = 0; key < 200; key += 1) {
  if ((await store.claim(`${key}`, 60)).state === "claimed") claimed.push(key);
}
console.log(JSON.stringify(claimed));

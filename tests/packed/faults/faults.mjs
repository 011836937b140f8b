// Exactly once under faults: 8 processes receive the same deliveries, each sent 3 to 6 times in random order, while
// handlers fail, processes are killed, databases crash and connections break.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import pg from "pg";
import { Webhook } from "agentmail-webhooks";
import { MIGRATION } from "agentmail-webhooks/stores/postgres";
import { ok, same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";
import { postgresServer } from "../stores/postgres-server.mjs";
import { redisServer } from "../stores/redis-server.mjs";
import { workerFromFile } from "../lib/worker.mjs";
import { openStore } from "./stores.mjs";

const PROCESSES = 8;
const DELIVERIES = 2000;
const KILLS = 24;
const CONCURRENT = 48;
const webhook = new Webhook(SECRET);

test("faults: over Redis, which crashes twice", async () => {
  const server = await redisServer({ appendonly: true });
  try {
    await prove("redis", server.port, [server.restart, server.restart]);
  } finally {
    await server.stop();
  }
});

test("faults: over PostgreSQL, which crashes twice", async () => {
  const server = await postgresServer();
  try {
    await migrate(server);
    await prove("postgres", server.port, [server.restart, () => disconnect(server), server.restart]);
  } finally {
    await server.stop();
  }
});

test("faults: over PostgreSQL, in one transaction with the work: exactly one row of work for each delivery", async () => {
  const server = await postgresServer();
  try {
    await migrate(server);
    const crashes = [() => disconnect(server), server.restart, () => disconnect(server), server.restart, () => disconnect(server)];
    await prove("postgres-transaction", server.port, crashes);
    const [{ rows, keys }] = await query(server, "SELECT count(*)::int AS rows, count(DISTINCT key)::int AS keys FROM work");
    console.log(`  postgres-transaction: ${JSON.stringify({ "rows of work": rows, "deliveries with work": keys })}`);
    same([rows, keys], [DELIVERIES, DELIVERIES], "rows of work, deliveries with work");
  } finally {
    await server.stop();
  }
});

async function query({ url }, text) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function migrate(server) {
  await query(server, MIGRATION);
  await query(server, "CREATE TABLE work (key text NOT NULL)");
}

/** Ends all other connections, even in the middle of a query. */
async function disconnect(server) {
  await query(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
}

test("faults: over Durable Objects", async () => {
  const worker = await workerFromFile("faults/durable-object-worker.mjs", {
    host: "127.0.0.1",
    durableObjects: { DELIVERIES: { className: "DeliveryObject", useSQLite: true } },
  });
  try {
    await prove("durable-object", Number((await worker.ready).port));
  } finally {
    await worker.dispose();
  }
});

async function prove(kind, port, crashes = []) {
  const directory = mkdtempSync(join(tmpdir(), "faults-"));
  const journal = join(directory, "journal");
  const receivers = await Promise.all(Array.from({ length: PROCESSES }, () => receiver(journal, kind, port)));
  try {
    const answers = await sendAll(receivers, crashes);
    const ended = receivers.reduce((sum, each) => sum + each.ended, 0);
    const counts = { ...check(readFileSync(journal, "utf8")), lost: await lost(kind, port), ended };
    console.log(`  ${kind}: ${JSON.stringify({ deliveries: DELIVERIES, ...answers, crashes: crashes.length, ...counts })}`);
    same(counts.doubled, 0, "handlers that started after completion");
    same(counts.lost, 0, "deliveries that the store does not have as completed");
    same(counts.ended, 0, "processes that ended without being killed");
  } finally {
    for (const each of receivers) each.process.disconnect();
    rmSync(directory, { recursive: true });
  }
}

async function lost(kind, port) {
  const store = await openStore(kind, port);
  try {
    const asked = keys();
    let count = 0;
    // The number is limited, because a busy machine does not accept a connection for each key at once.
    const asker = async () => {
      while (asked.length) {
        const { state } = await store.claim(asked.pop(), 1);
        if (state !== "completed") count += 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, asker));
    return count;
  } finally {
    await store.close();
  }
}

const keys = () => Array.from({ length: DELIVERIES }, (_, index) => `msg_${index}`);

/** Starts a process that receives, and that another one can replace. */
async function receiver(journal, kind, port) {
  const start = async () => {
    const process = fork(new URL("receiver.mjs", import.meta.url).pathname, [journal, kind, String(port)]);
    // A process that is killed has no code; one that the test lets go has 0.
    process.once("exit", (code) => (self.ended += code ? 1 : 0));
    const [listening] = await once(process, "message");
    return { process, port: listening };
  };
  const self = { ended: 0 };
  Object.assign(self, await start());
  self.replace = async () => {
    self.process.kill("SIGKILL");
    Object.assign(self, await start());
  };
  return self;
}

/** Sends all deliveries, and those without a 2xx again, as senders do. */
async function sendAll(receivers, crashes) {
  const counts = { sends: 0, "200": 0, "409": 0, "500": 0, unanswered: 0, kills: 0 };
  const open = new Set(keys());
  const send = async (key) => {
    const body = JSON.stringify({ event_type: "message.received", message: { inbox_id: "inbox_1", thread_id: "thread_1", message_id: key } });
    const { port } = receivers[Math.floor(Math.random() * receivers.length)];
    counts.sends += 1;
    try {
      const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers: webhook.sign(body, { id: key }), body });
      counts[status] += 1;
      if (status === 200) open.delete(key);
    } catch {
      counts.unanswered += 1;
    }
  };

  const planned = shuffled(keys().flatMap((key) => Array(3 + Math.floor(Math.random() * 4)).fill(key)));
  const total = planned.length;
  const replaced = [];
  const crashed = [];
  const faults = () => {
    const done = 1 - planned.length / total;
    if (counts.kills < KILLS * done) {
      counts.kills += 1;
      replaced.push(receivers[counts.kills % receivers.length].replace());
    }
    if (crashed.length < Math.floor((crashes.length + 1) * done)) crashed.push(crashes[crashed.length]?.());
  };
  const sender = async () => {
    while (planned.length) {
      faults();
      await send(planned.pop());
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, sender));
  await Promise.all([...replaced, ...crashed]);

  // A sender's schedule is hours long; here, the number of tries is bounded instead.
  for (let tries = 0; open.size > 0; tries += 1) {
    ok(tries < 100, `${open.size} deliveries have no 2xx after ${tries} more tries`);
    for (const key of [...open]) await send(key);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return counts;
}

/** Checks that nothing was completed twice, and counts the entries and the handlers that started after completion. */
function check(journal) {
  const entries = journal.trimEnd().split("\n").map((line) => line.split(" ")).map(([time, what, key]) => ({ time: BigInt(time), what, key }));
  const count = (name) => entries.filter(({ what }) => what === name).length;
  const completed = new Map();
  for (const { time, what, key } of entries) {
    if (what !== "completed") continue;
    ok(!completed.has(key), `${key} was completed twice`);
    completed.set(key, time);
  }
  const doubled = entries.filter(({ time, what, key }) => what === "started" && completed.has(key) && time > completed.get(key));
  // Some processes were killed after they wrote to the store and before they wrote to the journal.
  const unnoted = DELIVERIES - completed.size;
  ok(unnoted <= KILLS * CONCURRENT, `${unnoted} completions that nobody noted`);
  const handled = count("handled");
  ok(handled >= completed.size, "what is completed was handled");
  return { started: count("started"), failed: count("failed"), handled, completed: completed.size, "completed as it was killed": unnoted, "too late to complete": count("late"), doubled: doubled.length };
}

function shuffled(list) {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}

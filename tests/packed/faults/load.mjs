// 10,000 requests, a fifth of them refused, through each adapter over HTTP/1.1 and HTTP/2, and through workerd: every answer
// is right, no request stays open, and memory does not grow.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { sendSecond } from "../adapters/http.mjs";
import { ok, same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";
import { workerFromFile } from "../lib/worker.mjs";

const REQUESTS = 10_000;
const CONCURRENT = 32;
const SAMPLES = 10;
const webhook = new Webhook(SECRET);
/** Ends the test if a server does not answer. */
const timeout = 300_000;

/** Kinds of refusals: the first one after the body is read, the others before. */
const REFUSALS = [
  { status: 401, headers: (body, id) => webhook.sign(`${body} `, { id }) },
  { status: 400, headers: () => ({}) },
  { status: 401, headers: (body, id) => webhook.sign(body, { id, timestamp: 1_600_000_000 }) },
];

const clients = {
  "HTTP/1.1": (port) => ({
    send: async ({ headers, body }) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body });
      await response.arrayBuffer();
      return response.status;
    },
    close: () => {},
  }),
  /** All requests share one session. */
  "HTTP/2": (port) => {
    const session = connect(`http://127.0.0.1:${port}`);
    return { send: async (message) => (await sendSecond(session, message)).status, close: () => session.destroy() };
  },
};

for (const adapter of ["Express", "Fastify", "Hono"]) {
  for (const version of Object.keys(clients)) {
    test(`load: ${adapter}, ${version}`, { timeout }, async () => {
      const server = fork(new URL("load-server.mjs", import.meta.url).pathname, [adapter, version], { execArgv: ["--max-semi-space-size=2"] });
      try {
        const [port] = await once(server, "message");
        const open = async () => {
          server.send("how many are open?");
          return (await once(server, "message"))[0];
        };
        // Hono's server resets a body of HTTP/2 that was not read, and Node ends a session after some hundreds of these.
        const refusals = adapter === "Hono" && version === "HTTP/2" ? REFUSALS.slice(0, 1) : REFUSALS;
        await load(`${adapter}, ${version}`, { client: clients[version](port), pid: server.pid, open, refusals });
      } finally {
        server.disconnect();
      }
    });
  }
}

test("load: workerd", { timeout }, async () => {
  const before = children();
  const worker = await workerFromFile("faults/load-worker.mjs", { host: "127.0.0.1", bindings: { SECRET } });
  try {
    const { port } = await worker.ready;
    const [pid] = children().filter((child) => !before.includes(child));
    await load("workerd, HTTP/1.1", { client: clients["HTTP/1.1"](port), pid });
  } finally {
    await worker.dispose();
  }
});

/** @param open returns how many requests are open, if the server can tell */
async function load(name, { client, pid, open, refusals = REFUSALS }) {
  const answers = {};
  const memory = [];
  let sent = 0;
  const sender = async () => {
    while (sent < REQUESTS) {
      const number = sent;
      sent += 1;
      if (number % (REQUESTS / SAMPLES) === 0) memory.push(resident(pid));
      const [body, id] = [message(number), `msg_${number}`];
      const refusal = number % 5 === 0 ? refusals[(number / 5) % refusals.length] : undefined;
      const headers = { "content-type": "application/json", ...(refusal ? refusal.headers(body, id) : webhook.sign(body, { id })) };
      const status = await client.send({ headers, body });
      same(status, refusal?.status ?? 200, `answer to request ${number}`);
      answers[status] = (answers[status] ?? 0) + 1;
    }
  };
  let left;
  try {
    await Promise.all(Array.from({ length: CONCURRENT }, sender));
    memory.push(resident(pid));
    left = await open?.();
    for (let tries = 0; left > 0 && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      left = await open();
    }
  } finally {
    client.close();
  }
  console.log(`  ${name}: ${JSON.stringify(answers)}, open ${left ?? "unknown"}, MiB resident: ${memory.join(" ")}`);
  same(answers[200], REQUESTS * 0.8, "genuine");
  if (open) same(left, 0, "requests that are left open");
  // The first samples are from before the code is compiled and the heap has its size.
  const early = Math.max(...memory.slice(2, 6));
  const late = Math.max(...memory.slice(-3));
  ok(late <= early * 1.25 + 16, `memory grew from ${early} to ${late} MiB`);
}

/** Mails of 1 to 50 KB. */
function message(number) {
  const text = `Grüße ${number} `.repeat(70 * (1 + (number % 50)));
  return JSON.stringify({ event_type: "message.received", message: { inbox_id: "inbox_1", thread_id: "thread_1", message_id: `<${number}@mail.example>`, text } });
}

/** Returns the resident memory of a process, in MiB. */
function resident(pid) {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(kibibytes / 1024);
}

function children() {
  return execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("workerd"))
    .map((line) => Number.parseInt(line, 10));
}

// 10,000 requests, a fifth of them forged, through Express and through workerd: every answer is right, and memory
// stays.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Webhook } from "agentmail-webhooks";
import { ok, same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";
import { workerFromFile } from "../lib/worker.mjs";

const REQUESTS = 10_000;
const CONCURRENT = 32;
const SAMPLES = 10;
const webhook = new Webhook(SECRET);
/** The test ends by itself if a server does not. */
const timeout = 180_000;

test("load: Express", { timeout }, async () => {
  const server = fork(new URL("express-server.mjs", import.meta.url).pathname, { execArgv: ["--max-semi-space-size=2"] });
  try {
    const [port] = await once(server, "message");
    await load("Express", port, server.pid);
  } finally {
    server.disconnect();
  }
});

test("load: workerd", { timeout }, async () => {
  const before = children();
  const worker = await workerFromFile("faults/load-worker.mjs", { host: "127.0.0.1", bindings: { SECRET } });
  try {
    const { port } = await worker.ready;
    const [pid] = children().filter((child) => !before.includes(child));
    await load("workerd", port, pid);
  } finally {
    await worker.dispose();
  }
});

async function load(name, port, pid) {
  const answers = { 200: 0, 401: 0 };
  const memory = [];
  let sent = 0;
  const sender = async () => {
    while (sent < REQUESTS) {
      const number = sent;
      sent += 1;
      if (number % (REQUESTS / SAMPLES) === 0) memory.push(resident(pid));
      const isForged = number % 5 === 0;
      const body = message(number);
      const headers = webhook.sign(isForged ? `${body} ` : body, { id: `msg_${number}` });
      const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body });
      same(status, isForged ? 401 : 200, `answer to request ${number}`);
      answers[status] += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, sender));
  memory.push(resident(pid));
  console.log(`  ${name}: ${JSON.stringify(answers)}, MiB resident: ${memory.join(" ")}`);
  same(answers, { 200: REQUESTS * 0.8, 401: REQUESTS * 0.2 }, "answers");
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

/** In MiB. */
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

// docs/stores/outages.md: each row of its table, over HTTP/1.1 and HTTP/2, with Redis and real processes.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lexer } from "marked";
import { createClient } from "redis";
import { Webhook } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/express";
import { redisStore } from "agentmail-webhooks/stores/redis";
import { read } from "../docs/blocks.mjs";
import { send, serve, serveSecond } from "../adapters/http.mjs";
import { spy } from "../adapters/suite/kit.mjs";
import { redisServer } from "../stores/redis-server.mjs";
import { same } from "../suite/assert.mjs";
import { SECRET } from "../suite/kit.mjs";
import { proxyOf } from "./proxy.mjs";

const LEASE_SECONDS = 1;
const VERSIONS = { "HTTP/1.1": serve, "HTTP/2": serveSecond };

/** Has no `event_id`, so that the id of a delivery is its key. */
const PAYLOAD = JSON.stringify({ event_type: "message.teleported" });

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const redis = await redisServer({ appendonly: true });
const proxy = await proxyOf(redis.port);
const clientOf = async (port) => {
  // Fails at once when there is no connection, as docs/stores/redis.md has it.
  const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 }, disableOfflineQueue: true });
  client.on("error", () => {});
  return client.connect();
};
const [client, admin] = [await clientOf(proxy.port), await clientOf(redis.port)];
after(async () => {
  client.destroy();
  admin.destroy();
  proxy.stop();
  await redis.stop();
});
const command = (values) => client.sendCommand(values);

let number = 0;
/** Returns a new delivery: `{ key, message }`. */
function delivery({ timestamp } = {}) {
  const key = `msg_${(number += 1)}`;
  const headers = new Webhook(SECRET).sign(PAYLOAD, { id: key, ...(timestamp && { timestamp }) });
  return { key, message: { headers, body: PAYLOAD } };
}

const rows = new Map();
/**
 * Adds a row, with a receiver for each version of HTTP.
 * @param use receives functions that send a delivery, and a handler that counts its calls
 * @param options returns options of the adapter, besides the usual ones
 */
function row(what, use, options = () => ({})) {
  rows.set(what, async (serveBy) => {
    const handler = spy(() => handler.action?.());
    const settings = { secret: SECRET, leaseSeconds: LEASE_SECONDS, onError: spy(), store: redisStore(command, { endpoint: "support" }), on: { any: handler }, ...options() };
    const server = await serveBy(webhookHandler(settings));
    const { key, message } = delivery();
    const status = async () => (await server.send(message)).status;
    /** Sends until the answer is 200. Returns the statuses, each once in a row. */
    const until200 = async () => {
      const statuses = [];
      for (let tries = 0; statuses.at(-1) !== 200 && tries < 500; tries += 1) {
        const found = await status();
        if (found !== statuses.at(-1)) statuses.push(found);
        if (found !== 200) await sleep(20);
      }
      return statuses;
    };
    const started = async (count = 1) => {
      while (handler.calls.length < count) await sleep(1);
    };
    try {
      await use({ ...settings, server, serveBy, key, message, handler, status, until200, started, redisKey: `agentmail:delivery:support:${key}` });
    } finally {
      proxy.delay = 0;
      await server.close();
    }
  });
}

/** Returns a promise, and the function that resolves it. */
function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}

async function up() {
  for (let tries = 0; tries < 1000; tries += 1) {
    const answers = await Promise.all([client, admin].map((each) => each.ping().catch(() => undefined)));
    if (answers.every((answer) => answer === "PONG")) return;
    await sleep(10);
  }
}

row("two attempts arrive at once", async ({ status, handler, started }) => {
  const { open, opened } = gate();
  handler.action = () => opened;
  const first = status();
  await started();
  same(await status(), 409, "the other");
  open();
  same([await first, await status(), handler.calls.length], [200, 200, 1], "answers");
});

row("the store is slow", async ({ status, handler }) => {
  proxy.delay = 100;
  same([await status(), await status(), handler.calls.length], [200, 200, 1], "answers");
});

row("the claim is granted after half its lease", async ({ status, until200, handler }) => {
  proxy.delay = LEASE_SECONDS * 700;
  same([await status(), handler.calls.length], [409, 0], "late");
  proxy.delay = 0;
  same([await until200(), handler.calls.length], [[200], 1], "afterwards: the claim was given back");
});

row("the store is down", async ({ status, until200, handler }) => {
  await redis.kill();
  same([await status(), await status(), handler.calls.length], [500, 500, 0], "down");
  await redis.restart();
  await up();
  same([await until200(), handler.calls.length], [[200], 1], "afterwards");
});

row("the store goes down while the handler works, and is back within half a second", async ({ status, handler }) => {
  handler.action = async () => {
    await redis.kill();
    setTimeout(() => redis.restart(), 100);
  };
  same([await status(), await up(), await status(), handler.calls.length], [200, undefined, 200, 1], "answers");
}, () => ({ leaseSeconds: 60 }));

row("the store goes down while the handler works, and stays down", async ({ status, until200, handler }) => {
  handler.action = () => redis.kill();
  same(await status(), 500, "down");
  handler.action = undefined;
  await redis.restart();
  await up();
  same([await until200(), handler.calls.length], [[409, 200], 2], "afterwards");
}, () => ({ leaseSeconds: 3 }));

row("the connection breaks, and the client sends each command twice", async ({ status, handler, key }) => {
  same([await status(), await status(), handler.calls.length], [200, 200, 1], `answers for ${key}`);
}, () => ({
  store: redisStore(async (values) => {
    await command(values);
    return command(values);
  }, { endpoint: "support" }),
}));

row("the store restarts or fails over while the handler works, and has lost the claim", async ({ status, handler, redisKey }) => {
  handler.action = () => admin.del(redisKey);
  same([await status(), await status(), handler.calls.length], [200, 200, 1], "answers");
});

row("the store has lost the claim, and another attempt begins", async ({ status, handler, started, redisKey, onError }) => {
  const [first, second] = [gate(), gate()];
  handler.action = () => (handler.calls.length === 1 ? first : second).opened;
  const one = status();
  await started();
  await admin.del(redisKey);
  const other = status();
  await started(2);
  second.open();
  same(await other, 200, "who completes first");
  first.open();
  same([await one, await status(), handler.calls.length], [409, 200, 2], "who is late");
  same(onError.calls.map(([{ code }]) => code), ["lease_lost"], "reports");
}, () => ({ leaseSeconds: 60 }));

row("the store has lost or evicted a completion", async ({ status, handler, redisKey }) => {
  same(await status(), 200, "first");
  await admin.del(redisKey);
  same([await status(), handler.calls.length], [200, 2], "again");
});

row("the handler takes longer than its lease, and another attempt begins", async ({ status, until200, handler, started }) => {
  const { open, opened } = gate();
  handler.action = () => (handler.calls.length === 1 ? opened : undefined);
  const late = status();
  await started();
  same(await until200(), [409, 200], "the other");
  open();
  same([await late, await status(), handler.calls.length], [409, 200, 2], "who is late");
});

row("the handler throws", async ({ status, handler }) => {
  handler.action = () => {
    if (handler.calls.length === 1) throw new Error("broken");
  };
  same([await status(), await status(), handler.calls.length], [500, 200, 2], "answers");
}, () => ({ leaseSeconds: 60 }));

row("the handler throws, and the store cannot release the claim", async ({ status, until200, handler }) => {
  handler.action = async () => {
    if (handler.calls.length > 1) return;
    await redis.kill();
    throw new Error("broken");
  };
  same(await status(), 500, "first");
  await redis.restart();
  await up();
  same([await until200(), handler.calls.length], [[409, 200], 2], "afterwards");
}, () => ({ leaseSeconds: 3 }));

/** Starts another server, whose clock is off. */
async function withClock(seconds, { serveBy, on }, use) {
  const options = { secret: SECRET, leaseSeconds: LEASE_SECONDS, onError: () => {}, store: redisStore(command, { endpoint: "support" }), on };
  const other = await serveBy(webhookHandler({ ...options, now: () => Date.now() / 1000 + seconds }));
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

row("the clocks of two servers are minutes apart", async (context) => {
  const { status, handler, message, started } = context;
  for (const minutes of [-4, 4]) {
    await withClock(minutes * 60, context, async (other) => {
      const { open, opened } = gate();
      handler.action = () => opened;
      const first = status();
      await started();
      if (minutes < 0) same((await other.send(message)).status, 409, "meanwhile");
      open();
      same([await first, (await other.send(message)).status, handler.calls.length], [200, 200, 1], "answers");
    });
  }
});

row("the clock of a server is off by more than `toleranceSeconds`", async (context) => {
  for (const minutes of [-6, 6]) {
    await withClock(minutes * 60, context, async (other) => same((await other.send(context.message)).status, 401, "wrong clock"));
  }
  same([await context.status(), context.handler.calls.length], [200, 1], "another server");
});

const KILLED = {
  "the process is killed before the claim": { step: "before the claim", statuses: [200], started: 1, done: 1 },
  "the process is killed after the claim, before the handler": { step: "after the claim, before the handler", statuses: [409, 200], started: 1, done: 1 },
  "the process is killed while the handler runs": { step: "in the handler", statuses: [409, 200], started: 2, done: 1 },
  "the process is killed after the handler, before the completion": { step: "after the handler, before the completion", statuses: [409, 200], started: 2, done: 2 },
  "the process is killed after the completion, before the response": { step: "after the completion, before the answer", statuses: [200], started: 1, done: 1 },
};
for (const [what, { step, statuses, started, done }] of Object.entries(KILLED)) {
  row(what, async ({ message, until200 }) => {
    const directory = mkdtempSync(join(tmpdir(), "outages-"));
    const journal = join(directory, "journal");
    writeFileSync(journal, "");
    const child = fork(new URL("killed-server.mjs", import.meta.url).pathname, [journal, String(redis.port), step]);
    try {
      const [port] = await Promise.race([once(child, "message"), once(child, "exit").then(() => Promise.reject(new Error("it does not start")))]);
      const exited = once(child, "exit");
      same(await send(port, message).then(({ status }) => status, () => "nothing"), "nothing", "the sender is told");
      same((await exited)[1], "SIGKILL", "how it ended");
      const ran = readFileSync(journal, "utf8").split("\n");
      const found = await until200();
      // Adds the runs in the killed process and those in this one.
      const here = found.at(-1) === 200 && ran.filter((line) => line === "started").length < started ? 1 : 0;
      same([found, ran.filter((line) => line === "done").length + here], [statuses, done], "answers, runs");
    } finally {
      child.kill("SIGKILL");
      rmSync(directory, { recursive: true });
    }
  });
}

row("the sender hangs up while it sends the body", async ({ server, message, until200, handler, onError }) => {
  if (server.session) {
    const stream = server.session.request({ ":method": "POST", ":path": "/", ...message.headers });
    stream.on("error", () => {}).write("{");
    await sleep(20);
    stream.destroy(new Error("gone"));
  } else {
    const socket = connect(server.port, "127.0.0.1");
    const headers = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST / HTTP/1.1\r\nHost: example.com\r\n${headers}Content-Length: ${message.body.length}\r\n\r\n{`);
    await sleep(20);
    socket.destroy();
  }
  while (onError.calls.length === 0) await sleep(1);
  same([onError.calls[0][0].code, handler.calls.length], ["body_aborted", 0], "report");
  same([await until200(), handler.calls.length], [[200], 1], "afterwards");
});

row("the sender hangs up while the handler works", async ({ server, message, status, handler, started }) => {
  const { open, opened } = gate();
  handler.action = () => opened;
  if (server.session) {
    const stream = server.session.request({ ":method": "POST", ":path": "/", ...message.headers });
    stream.on("error", () => {}).end(message.body);
    await started();
    stream.close(8);
  } else {
    const sent = new AbortController();
    fetch(`http://127.0.0.1:${server.port}/`, { method: "POST", ...message, signal: sent.signal }).catch(() => {});
    await started();
    sent.abort();
  }
  same(await status(), 409, "meanwhile");
  open();
  while ((await status()) !== 200) await sleep(5);
  same(handler.calls.length, 1, "calls");
}, () => ({ leaseSeconds: 60 }));

for (const [version, serveBy] of Object.entries(VERSIONS)) {
  for (const [what, run] of rows) test(`outages, ${version}: ${what}`, { timeout: 60_000 }, () => run(serveBy));
}

test("outages: the rows of the page are those that are tested", () => {
  const { rows: written } = lexer(read("docs/stores/outages.md")).find(({ type }) => type === "table");
  same(written.map(([what]) => what.text), [...rows.keys()], "rows");
});

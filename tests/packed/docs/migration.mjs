// The code of docs/migration.md, old and new, does what its tables say: both are sent the same deliveries, genuine ones
// that Svix's own library signed, and forged ones.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AgentMailClient, serialization } from "agentmail";
import { Webhook, parse } from "agentmail-webhooks";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { blocks, claims } from "./blocks.mjs";
import { SECRET, start, written } from "./kit.mjs";
import { fixtures } from "../lib/fixtures.mjs";

const claimed = claims(import.meta.url);
const file = (name) => written(`migration/${name}`, claimed("docs/migration.md", name));
const NAMES = ["svix-before", "svix-after", "sdk-parse", "by-hand-before", "by-hand-after", "standardwebhooks-before", "standardwebhooks-after", "shadow"];
const TYPED = ["reply"];
/** The files of the page. */
const files = Object.fromEntries([...NAMES.map((name) => [name, file(`${name}.mjs`)]), ...TYPED.map((name) => [name, file(`${name}.ts`)])]);
const OLD_SECRET = "an older secret";
const TYPE = { "content-type": "application/json" };
const seconds = () => Math.floor(Date.now() / 1000);

const LIST = ["jane@example.com"];
const OBJECTS = [{ name: "Jane Doe", email: "jane@example.com" }];
const FOUND = "200 mail from jane@example.com";

/** A mail as the event reference documents it, with other members of its message. */
function mail(changes) {
  const time = "2026-03-02T09:15:00Z";
  const common = { inbox_id: "inbox_1", thread_id: "thread_1", labels: [], timestamp: time, size: 9, updated_at: time, created_at: time };
  const message = { ...common, message_id: "<1@example.com>", from: "Jane Doe <jane@example.com>", to: [], ...changes };
  const thread = { ...common, senders: [], recipients: [], last_message_id: "<1@example.com>", message_count: 1 };
  return JSON.stringify({ type: "event", event_type: "message.received", event_id: "evt_1", message, thread });
}

const MAIL = mail();
/** Longer than 100 KB, the limit of `express.raw()`. */
const LARGE = mail({ text: "a".repeat(200_000) });

/** A delivery as Svix sends it. */
function bySvix(body, { id = "msg_1", secret = SECRET, now = seconds(), set = "svix" } = {}) {
  const signature = new Svix(secret).sign(id, new Date(now * 1000), body);
  return { headers: { ...TYPE, [`${set}-id`]: id, [`${set}-timestamp`]: String(now), [`${set}-signature`]: signature }, body };
}

/** A delivery as the documentation's snippet expects it. */
function byHand(body, { secret = OLD_SECRET, written = (hex) => hex } = {}) {
  const hex = createHmac("sha256", secret).update(body).digest("hex");
  return { headers: { ...TYPE, "x-agentmail-signature": written(hex) }, body };
}

function altered({ headers, body }, changes) {
  return { headers: { ...headers, ...changes }, body };
}

const withText = (delivery) => altered(delivery, { "content-type": "text/plain" });
const unsigned = (delivery) => altered(delivery, { "x-agentmail-unsigned": "1" });
const forged = ({ headers, body }) => ({ headers, body: body.replace("Jane", "June") });
const untimely = (delivery, set = "svix") => altered(delivery, { [`${set}-timestamp`]: `${delivery.headers[`${set}-timestamp`]}abc` });

/** Sends each delivery to both servers. Checks the answers: a status, and the line that is printed for a mail. */
async function compare(servers, rows) {
  const lines = servers.map(() => []);
  for (const [what, delivery, ...expected] of rows) {
    for (const [index, { send }] of servers.entries()) {
      const [status, line] = expected[index].split(/ (.*)/);
      assert.equal(await send(delivery), Number(status), `${["before", "after"][index]}: ${what}`);
      if (line !== undefined) lines[index].push(line);
    }
  }
  for (const [index, { printed }] of servers.entries()) assert.deepEqual(await printed(lines[index].length), lines[index]);
}

/** Runs both servers during a test. */
async function both(name, environment, use) {
  const running = [];
  try {
    for (const when of ["before", "after"]) running.push(await start(files[`${name}-${when}`], { environment }));
    await use(running.map(server));
  } finally {
    for (const { stop } of running) await stop();
  }
}

function server({ post, printed }) {
  const lines = () => printed().match(/^(mail from|bounced) .*(?=\n)/gm) ?? [];
  return {
    send: async ({ headers, body }) => (await post(headers, Buffer.from(body))).status,
    /** Returns the lines for mails. They can arrive later than the answers. */
    async printed(count) {
      for (let tries = 0; lines().length < count && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
      return lines();
    },
  };
}

/** Asserts that a server does not start. */
async function refusesToStart(name, environment) {
  await assert.rejects(start(files[name], { environment }), /does not start:[^]*invalid_secret/);
}

test("migration: from svix and the SDK", () => both("svix", {}, async (servers) => {
  const bounce = { ...JSON.parse(MAIL).message, type: "Permanent", sub_type: "General", recipients: [{ address: "joe@example.com", status: "bounced" }] };
  const { inbox_id, thread_id, message_id, timestamp, type, sub_type, recipients } = bounce;
  const bounced = { type: "event", event_type: "message.bounced", event_id: "evt_2", bounce: { inbox_id, thread_id, message_id, timestamp, type, sub_type, recipients } };
  const contradicting = { "webhook-id": "msg_2", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA" };
  await compare(servers, [
    ["a mail", bySvix(MAIL), "200 mail from Jane Doe <jane@example.com> 0", `${FOUND} 0`],
    ["a bounce", bySvix(JSON.stringify(bounced)), "200 bounced joe@example.com General", "200 bounced joe@example.com General"],
    ["over 100 KB", bySvix(LARGE), "413", `${FOUND} 0`],
    ["of 1 MB", bySvix(mail({ text: "a".repeat(1_000_000) })), "413", `${FOUND} 0`],
    ["another media type", withText(bySvix(MAIL)), "400", `${FOUND} 0`],
    ["a sender who is an object", bySvix(mail({ from: OBJECTS })), "500", `${FOUND} 0`],
    ["a sender in from_", bySvix(mail({ from: undefined, from_: LIST })), "500", `${FOUND} 0`],
    ["a field that is new", bySvix(mail({ organization_id: "org_1" })), "500", `${FOUND} 0`],
    ["a field that is missing", bySvix(mail({ size: undefined })), "500", `${FOUND} 0`],
    ["a bounce without its id", bySvix(JSON.stringify({ ...bounced, event_id: undefined })), "500", "200 bounced joe@example.com General"],
    ["two sets of headers", altered(bySvix(MAIL), contradicting), "200 mail from Jane Doe <jane@example.com> 0", "400"],
    ["a timestamp that is no number", untimely(bySvix(MAIL)), "200 mail from Jane Doe <jane@example.com> 0", "400"],
    ["unsigned", unsigned(bySvix(MAIL)), "200 mail from Jane Doe <jane@example.com> 0", "401"],
    ["again", bySvix(MAIL), "200 mail from Jane Doe <jane@example.com> 0", `${FOUND} 0`],
    ["forged", forged(bySvix(MAIL)), "400", "401"],
    ["too old", bySvix(MAIL, { now: seconds() - 400 }), "400", "401"],
    ["without headers", { headers: TYPE, body: MAIL }, "400", "400"],
  ]);
}));

test("migration: from svix and the SDK: a secret that was cut off", async () => {
  const now = seconds();
  const signature = createHmac("sha256", "").update(`msg_1.${now}.${MAIL}`).digest("base64");
  const forgery = { ...TYPE, "svix-id": "msg_1", "svix-timestamp": String(now), "svix-signature": `v1,${signature}` };
  const environment = { AGENTMAIL_WEBHOOK_SECRET: "whsec_" };
  const { post, stop } = await start(files["svix-before"], { environment });
  try {
    assert.equal((await post(forgery, MAIL)).status, 200);
  } finally {
    await stop();
  }
  await refusesToStart("svix-after", environment);
});

test("migration: the SDK reads 10 of the 17 documented payloads, this library all", () => {
  const { events } = serialization;
  const parsers = {
    "message.received": events.MessageReceivedEvent,
    "message.received.spam": events.MessageReceivedEvent,
    "message.received.blocked": events.MessageReceivedEvent,
    "message.received.unauthenticated": events.MessageReceivedEvent,
    "message.sent": events.MessageSentEvent,
    "message.bounced": events.MessageBouncedEvent,
    "message.delivered": events.MessageDeliveredEvent,
    "message.complained": events.MessageComplainedEvent,
    "message.rejected": events.MessageRejectedEvent,
    "domain.verified": events.DomainVerifiedEvent,
  };
  const documented = fixtures.flatMap(({ cases }) => cases).filter(({ id, expected }) => id.startsWith("seed-") && expected.event);
  assert.equal(documented.length, 17);
  const read = documented.filter(({ payload }) => {
    const event = JSON.parse(payload);
    return parsers[event.event_type]?.parse(event).ok;
  });
  assert.equal(read.length, 10);
  for (const { payload, expected } of documented) assert.deepEqual(parse(payload), expected.event);
  // New events have no parser there. If a version of the SDK has one, change the page.
  assert.deepEqual(Object.keys(events).filter((name) => /Security|Calendar|Mail/.test(name)), []);
});

test("migration: what the documentation says of the SDK's parse", async () => {
  const { handleWebhook } = await import(files["sdk-parse"]);
  await assert.rejects(handleWebhook(JSON.parse(MAIL)), TypeError);
  assert.deepEqual(Object.keys(serialization.events.MessageReceivedEvent.parse(JSON.parse(MAIL))), ["ok", "value"]);
});

test("migration: from the hand-rolled snippet", () => both("by-hand", { WEBHOOK_SECRET: OLD_SECRET }, async (servers) => {
  let count = 0;
  /** Each is another event: the new server handles none twice. */
  const next = (body) => body.replace("evt_1", `evt_${++count}`);
  const hand = (changes, options) => byHand(next(mail(changes)), options);
  const byBody = `${FOUND} body`;
  const captured = hand({ from: OBJECTS });
  await compare(servers, [
    ["a mail", captured, FOUND, byBody],
    ["captured and sent again", captured, FOUND, "200"],
    ["by Svix", bySvix(next(MAIL)), "401", `${FOUND} standard`],
    ["by Svix, and too old", bySvix(next(MAIL), { id: "msg_2", now: seconds() - 400 }), "401", "401"],
    ["with a prefix", hand({ from: OBJECTS }, { written: (hex) => `sha256=${hex}` }), "500", byBody],
    ["in upper case", hand({ from: OBJECTS }, { written: (hex) => hex.toUpperCase() }), "401", byBody],
    ["over 100 KB", byHand(next(LARGE)), "413", byBody],
    ["another media type", withText(hand({ from: OBJECTS })), "500", byBody],
    ["a sender who is text", hand(), "200 mail from undefined", byBody],
    ["a sender in from_", hand({ from: undefined, from_: LIST }), "500", byBody],
    ["unsigned", unsigned(hand({ from: OBJECTS })), FOUND, "401"],
    ["forged", forged(hand({ from: OBJECTS })), "401", "401"],
    ["forged, and short", altered(hand(), { "x-agentmail-signature": "abcd" }), "500", "400"],
    ["no signature", { headers: TYPE, body: MAIL }, "401", "400"],
  ]);
}));

test("migration: from the hand-rolled snippet: an empty secret", async () => {
  const environment = { WEBHOOK_SECRET: "" };
  const { headers, body } = byHand(mail({ from: OBJECTS }), { secret: "" });
  const { post, stop } = await start(files["by-hand-before"], { environment });
  try {
    assert.equal((await post(headers, body)).status, 200);
  } finally {
    await stop();
  }
  await refusesToStart("by-hand-after", environment);
});

test("migration: from standardwebhooks", async () => {
  const { log, error } = console;
  const servers = [await import(files["standardwebhooks-before"]), await import(files["standardwebhooks-after"])].map(fetching);
  const named = (changes, options) => bySvix(mail(changes), { ...options, set: "webhook" });
  const was = (from) => `200 mail from ${JSON.stringify(from) ?? "undefined"}`;
  const [text, found] = [was("Jane Doe <jane@example.com>"), was("jane@example.com")];
  const weak = "whsec_AAAA";
  try {
    console.error = () => {};
    await compare(servers, [
      ["svix-*", bySvix(MAIL), "400", found],
      ["webhook-*", named(), text, found],
      ["a list of texts", named({ from: LIST }), was(LIST), found],
      ["a list of objects", named({ from: OBJECTS }), was(OBJECTS), found],
      ["from_", named({ from: undefined, from_: LIST }), was(), found],
      ["a weak secret", { ...named({}, { secret: weak }), secret: weak }, text, "500"],
      ["a timestamp that is no number", untimely(named(), "webhook"), text, "400"],
      ["a GET", { method: "GET", headers: {} }, "400", "405"],
      ["forged", forged(named()), "400", "401"],
      ["too old", named({}, { now: seconds() - 400 }), "400", "401"],
    ]);
    for (const [headers, statuses, mebibytesRead] of [[named().headers, [400, 413], [20, 6]], [TYPE, [400, 400], [20, 0]]]) {
      const bodies = servers.map(() => mebibytes(20));
      const answers = await Promise.all(servers.map(({ send }, index) => send({ headers, body: bodies[index].stream })));
      assert.deepEqual(answers, statuses);
      assert.deepEqual(bodies.map(({ read }) => read()), mebibytesRead);
    }
  } finally {
    Object.assign(console, { log, error });
  }
});

/** The code of the page that answers a Request, as a server. */
function fetching({ default: worker }) {
  const lines = [];
  return {
    async send({ headers, body, secret = SECRET, method = "POST" }) {
      console.log = (what, ...values) => lines.push([what, ...values.map((value) => JSON.stringify(value) ?? "undefined")].join(" "));
      const request = new Request("http://localhost/", { method, headers, ...(body && { body, duplex: "half" }) });
      return (await worker.fetch(request, { AGENTMAIL_WEBHOOK_SECRET: secret })).status;
    },
    printed: () => lines,
  };
}

/** A body, and how much of it was read. */
function mebibytes(count) {
  let read = 0;
  const stream = new ReadableStream({
    pull(controller) {
      if (read === count) return controller.close();
      read++;
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  }, { highWaterMark: 0 });
  return { stream, read: () => read };
}

test("migration: what svix refuses of Fetch", () => {
  const { headers, body } = bySvix(MAIL);
  const svix = new Svix(SECRET);
  svix.verify(body, headers);
  assert.throws(() => svix.verify(body, new Headers(headers)));
  assert.throws(() => svix.verify(new TextEncoder().encode(body), headers));
});

/** The lines that the comparison logs for these deliveries. */
async function differences(deliveries, secret = SECRET) {
  process.env.AGENTMAIL_WEBHOOK_SECRET = secret;
  const { compare: judge } = await import(`${files.shadow}?${encodeURIComponent(secret)}`);
  const lines = [];
  const { warn } = console;
  Object.assign(console, { warn: (line) => lines.push(line) });
  try {
    for (const { body, headers } of deliveries) await judge(body, headers);
  } finally {
    Object.assign(console, { warn });
  }
  return lines;
}

test("migration: the comparison logs what differs", async () => {
  const genuine = bySvix(MAIL);
  assert.deepEqual(await differences([genuine, forged(genuine), bySvix(JSON.stringify({ event_type: "message.teleported" }))]), []);
  const [shown] = blocks("docs/migration.md").filter(({ language }) => language === "text");
  const told = await differences([bySvix(mail({ from: OBJECTS })), untimely(genuine)]);
  assert.equal(`${told.join("\n")}\n`, shown.code);
  const [line, ...others] = await differences([unsigned(genuine)]);
  assert.match(line, /^the old code: read; the new one: unsigned_delivery: /);
  assert.deepEqual(others, []);
});

test("migration: the comparison survives a secret that either side refuses", async () => {
  const genuine = bySvix(MAIL);
  const [line] = await differences([genuine], `${SECRET}\n`);
  assert.match(line, /^the old code: read; the new one: invalid_secret: /);
  for (const secret of ["", `"${SECRET}"`]) assert.deepEqual(await differences([genuine, { headers: undefined, body: undefined }], secret), []);
});

test("migration: secrets", () => {
  const accepts = (Library, secret) => {
    try {
      return Boolean(new Library(secret));
    } catch {
      return false;
    }
  };
  const plain = SECRET.replace("whsec_", "");
  const rows = [[`${SECRET}\n`, true, false], [`${SECRET}=`, true, false], ["whsec_", true, false], ["whsec_AAAA", true, false], [`"${SECRET}"`, false, false], [` ${SECRET}`, false, false], [`${SECRET}\r\n`, false, false], [plain, true, true]];
  for (const [secret, ...expected] of rows) assert.deepEqual([Svix, Webhook].map((library) => accepts(library, secret)), expected, JSON.stringify(secret));
  assert.doesNotThrow(() => new Svix(`${SECRET}\n`).verify(MAIL, bySvix(MAIL).headers));
  const [{ code }] = blocks("docs/migration.md").filter(({ language }) => language === "sh");
  const check = (secret) => execFileSync("sh", ["-c", code], { cwd: import.meta.dirname, env: { ...process.env, AGENTMAIL_WEBHOOK_SECRET: secret }, stdio: "pipe", encoding: "utf8" });
  assert.equal(check(SECRET), "");
  assert.throws(() => check(`${SECRET}\n`), /invalid_secret/);
});

test("migration: each file is shorter than before", () => {
  const lines = (name) => readFileSync(files[name], "utf8").split("\n").length;
  for (const name of ["svix", "by-hand", "standardwebhooks"]) assert.ok(lines(`${name}-after`) < lines(`${name}-before`), name);
});

test("migration: calls of the SDK", async () => {
  const { reply } = await import(files.reply);
  const calls = [];
  const called = (name) => async (...given) => void calls.push([name, ...given.filter((value) => typeof value === "string")]);
  const messages = { reply: called("reply"), getAttachment: called("getAttachment") };
  const attachments = [{ attachment_id: "att_1" }, { filename: "no id" }];
  const { log } = console;
  Object.assign(console, { log: () => {} });
  try {
    await reply({ inboxes: { messages } }, parse(mail({ attachments })));
  } finally {
    Object.assign(console, { log });
  }
  assert.deepEqual(calls, [["getAttachment", "inbox_1", "<1@example.com>", "att_1"], ["reply", "inbox_1", "<1@example.com>"]]);
  const { inboxes } = new AgentMailClient({ apiKey: "none" });
  for (const method of [inboxes.messages.reply, inboxes.messages.get, inboxes.messages.getAttachment, inboxes.threads.get]) {
    assert.equal(typeof method, "function");
  }
});

test("migration: what was remembered before", () => {
  const { headers, body } = bySvix(MAIL, { id: "msg_7" });
  const { id, idempotencyKey } = new Webhook(SECRET).receive(body, headers);
  assert.deepEqual([id, idempotencyKey], ["msg_7", "evt_1"]);
});

test("migration: what events look like", () => {
  const payload = JSON.parse(MAIL);
  const theirs = serialization.events.MessageReceivedEvent.parseOrThrow(payload);
  const ours = parse(MAIL);
  assert.deepEqual([theirs.eventType, theirs.message.threadId], [ours.event_type, ours.message.thread_id]);
  assert.equal(theirs.message.from, "Jane Doe <jane@example.com>");
  assert.deepEqual(ours.message.from, OBJECTS);
  assert.deepEqual([theirs.message.cc, theirs.message.attachments], [undefined, undefined]);
  assert.deepEqual([ours.message.cc, ours.message.attachments], [[], []]);
  assert.ok(theirs.message.timestamp instanceof Date);
  assert.deepEqual(new Date(ours.message.timestamp), theirs.message.timestamp);
  assert.equal(ours.message.body_omitted, true);
  assert.equal(theirs.message.text, undefined);

  const { event_id: _, ...nameless } = payload;
  assert.equal(serialization.events.MessageReceivedEvent.parse(nameless).ok, false);
  assert.equal(parse(JSON.stringify(nameless)).event_id, undefined);
  assert.equal(serialization.events.MessageReceivedEvent.parse({ ...payload, thread: {} }).ok, false);
  assert.equal(parse(JSON.stringify({ ...payload, thread: {} })).thread, undefined);

  const { message } = parse(mail({ subject: null, mood: "good" }));
  assert.ok(!("subject" in message));
  assert.deepEqual(message.extra, { mood: "good" });
  const newer = { event_type: "message.teleported", where: "there" };
  assert.deepEqual(parse(JSON.stringify(newer)), { event_type: "unknown", wire_type: "message.teleported", payload: newer });
});

test("migration: StandardWebhooks' own library reads no svix-* headers", () => {
  const { headers, body } = bySvix(MAIL);
  assert.throws(() => new StandardWebhook(SECRET).verify(body, headers));
});

// An endpoint on this machine that shows deliveries, and forwards the genuine ones.

import { once } from "node:events";
import { createServer } from "node:http";
import { Webhook, explain } from "agentmail-webhooks/explain";
// Shared with the adapters, but not part of the public API.
import { readStream } from "../../adapters/body.js";
import { detail } from "../../adapters/detail.js";
import { printChecks } from "./explain.js";
import { printEvent } from "./parse.js";
import { receive } from "./verify.js";
import { EXIT, Failure, told } from "../failure.js";
import { post } from "../http.js";
import { httpUrl, integer, webhookOptions } from "../input.js";
import { bold, dim, green, red, yellow } from "../print.js";
import { Recorder } from "../recorder.js";
import { SECRET_OPTIONS, usableSecrets } from "../secrets.js";

const HOST = "127.0.0.1";
const MAX_BODY_BYTES = 5 * 1024 * 1024;
const FORWARD_SECONDS = 60;
/** The maximum number of deliveries that are stored to recognize retries. */
const MAX_SEEN = 10_000;
/** A header of forwarded deliveries, to detect loops. */
const MARK = "x-agentmail-webhooks-forwarded";
/** Headers of one connection (RFC 9110, section 7.6.1), and those that `fetch` sets itself. */
const NOT_FORWARDED = new Set(
  "connection content-length expect host http2-settings keep-alive proxy-authorization proxy-connection te trailer transfer-encoding upgrade".split(" "),
);

export const listen = {
  name: "listen",
  summary: "starts a local endpoint that verifies deliveries, shows events and can forward them",
  options: {
    ...SECRET_OPTIONS,
    tolerance: { type: "string" },
    port: { type: "string" },
    forward: { type: "string" },
    save: { type: "string" },
  },
  help: `agentmail-webhooks listen

Starts an endpoint on 127.0.0.1 for development: connect a tunnel to it. It shows genuine deliveries and
responds with 200. It explains refused ones, and responds with the status of the error (400, 401, 413).

  agentmail-webhooks listen
  agentmail-webhooks listen --port 4000 --forward http://127.0.0.1:3000/webhooks
  agentmail-webhooks listen --save deliveries
  agentmail-webhooks listen --json | jq .event.message.subject

  --port N            default 4000; 0 for any free port
  --forward URL       forward genuine deliveries unchanged, and respond with the response of your app
  --save DIRECTORY    save each delivery in a file, genuine or not, for "verify", "explain" and
                      "send --request". The files contain mail, and only you can read them
  --tolerance S       maximum difference between timestamp and now, in seconds, default 300
  --scheme NAME       standard, timestamped or body
  --secret-file FILE  one secret on each line, instead of AGENTMAIL_WEBHOOK_SECRET, _2, …
  --json              {"listening": "http://127.0.0.1:4000/"} first, then for each request
                      {"status", "verified", "scheme", "id", "timestamp", "secretIndex", "idempotencyKey",
                      "attempt", "event", "warnings"} or {"status", "verified", "error", "checks"};
                      with --save also "saved", a path; with --forward also "forward": {"url", "status",
                      "milliseconds"} or {"url", "error"}

Ctrl-C stops it with exit code 0 (130 from npx).`,

  async run({ values, io }) {
    const port = values.port === undefined ? 4000 : integer("--port", values.port);
    if (port > 65535) throw new Failure("usage", "--port is not a port");
    const forward = values.forward === undefined ? undefined : httpUrl(values.forward);
    const [secrets, options] = [await usableSecrets(values, io), webhookOptions(values)];
    const recorder = values.save === undefined ? undefined : await Recorder.in(values.save);
    const show = values.json ? (result) => io.out.json(result) : (result) => print(io.out, result);
    const endpoint = new Endpoint(secrets, options, { forward, recorder }, show);
    const server = createServer((request, response) => endpoint.answer(request, response));
    const stopped = stopsBy(server, io);
    await listening(server, port);
    const url = `http://${HOST}:${server.address().port}/`;
    if (forward && forward.hostname === HOST && Number(forward.port) === server.address().port) {
      server.close();
      throw new Failure("usage", "--forward is this endpoint itself");
    }
    if (values.json) io.out.json({ listening: url });
    else io.out.line("listening on ", bold(url), forward ? ` and forwarding to ${forward.href}` : "", dim("  (Ctrl-C stops)"));
    await stopped;
    return EXIT.ok;
  },
};

async function listening(server, port) {
  try {
    server.listen(port, HOST);
    await once(server, "listening");
  } catch (error) {
    const why = { EADDRINUSE: "it is taken", EACCES: "it is reserved for the system" }[error.code] ?? error.message;
    throw new Failure("cannot_listen", `cannot listen on port ${port}: ${why}`, { hint: "choose another with --port", exit: EXIT.unavailable });
  }
}

/** Waits until the program is stopped, or its output is closed. */
function stopsBy(server, io) {
  return new Promise((resolve) => {
    const stop = () => {
      server.close(resolve);
      server.closeAllConnections();
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
    io.stdout.once("error", stop);
  });
}

class Endpoint {
  #webhook;
  /** Shows a request that was refused. */
  #explain;
  #forward;
  #recorder;
  #show;
  #seen = new Map();

  constructor(secrets, options, { forward, recorder }, show) {
    this.#webhook = new Webhook(secrets, options);
    this.#explain = (body, headers) => explain(body, headers, secrets, options);
    this.#forward = forward;
    this.#recorder = recorder;
    this.#show = show;
  }

  /** Responds to a request, and shows it. */
  async answer(request, response) {
    try {
      const { result, status, headers, body } = await this.#outcome(request);
      this.#show({ status, ...result });
      respond(request, response, status, headers, body);
    } catch (error) {
      const { code, message } = told(error);
      this.#show({ status: 500, verified: false, error: { code, message } });
      respond(request, response, 500);
    }
  }

  async #outcome(request) {
    if (request.method !== "POST") {
      const error = { code: "method_not_allowed", status: 405, message: "not a POST", hint: "deliveries are sent by POST" };
      return { status: 405, headers: { allow: "POST" }, result: { verified: false, error } };
    }
    const { body, error } = await this.#read(request);
    if (error) return { status: error.status ?? 400, result: { verified: false, error } };
    const headers = pairs(request.rawHeaders);
    if (MARK in request.headers) {
      const error = { code: "loop", status: 508, message: "the delivery was forwarded from here", hint: "--forward leads back to this endpoint" };
      return { status: 508, result: { verified: false, error } };
    }
    // Do not acknowledge a request that could not be saved.
    const saved = await this.#recorder?.save({ method: request.method, url: request.url, headers }, body);
    const outcome = await this.#delivery(headers, body);
    return saved === undefined ? outcome : { ...outcome, result: { ...outcome.result, saved } };
  }

  async #read(request) {
    try {
      return { body: await readStream(request, request.headers["content-length"], MAX_BODY_BYTES) };
    } catch (thrown) {
      const { code, status, message, hint } = told(thrown);
      // The sender closed the connection, so there is no response.
      if (thrown.code === "body_aborted") return { error: { code: thrown.code, message: thrown.message } };
      return { error: { code, status, message, hint } };
    }
  }

  async #delivery(headers, body) {
    const { verified, delivery, error } = receive(this.#webhook, body, headers);
    if (error) {
      const { checks } = this.#explain(body, headers);
      return { status: error.status, result: { verified, error, checks } };
    }
    const result = { verified, ...delivery, attempt: this.#attempt(delivery.idempotencyKey) };
    if (!this.#forward) return { status: 200, result };
    const url = this.#forward.href;
    try {
      const answer = await post(this.#forward, { headers: forwarded(headers), body }, FORWARD_SECONDS);
      const { status, milliseconds, type } = answer;
      const answerHeaders = type ? { "content-type": type } : {};
      return { status, headers: answerHeaders, body: answer.body, result: { ...result, forward: { url, status, milliseconds } } };
    } catch (thrown) {
      const { code, message } = told(thrown);
      return { status: 502, result: { ...result, forward: { url, error: { code, message } } } };
    }
  }

  /** Counts the attempts of a delivery. */
  #attempt(key) {
    const attempt = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, attempt);
    if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.keys().next().value);
    return attempt;
  }
}

function respond(request, response, status, headers = {}, body = "") {
  if (response.destroyed) return;
  // Do not wait for the unread part.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(status, headers);
  response.end(body);
}

/** Returns the headers of the delivery without those of the connection, and a mark to detect loops. */
function forwarded(headers) {
  const named = headers.filter(([name]) => name.toLowerCase() === "connection").flatMap(([, names]) => names.toLowerCase().split(","));
  const dropped = new Set([...NOT_FORWARDED, ...named.map((name) => name.trim())]);
  return [...headers.filter(([name]) => !dropped.has(name.toLowerCase())), [MARK, "1"]];
}

function pairs(rawHeaders) {
  const found = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) found.push([rawHeaders[at], rawHeaders[at + 1]]);
  return found;
}

function print(out, { status, verified, error, checks, attempt, event, warnings, id, secretIndex, forward, saved }) {
  out.line("");
  const clock = new Date().toTimeString().slice(0, 8);
  if (error) {
    const verdict = verified ? "genuine, but refused" : "refused";
    out.line(dim(clock), "  ", red(bold(verdict)), "  ", bold(`${status} ${error.code}`), "  ", detail(error));
    if (error.hint) out.paragraph(dim("  hint  "), error.hint);
    printChecks(out, (checks ?? []).filter(({ verdict: found }) => found === "fail"), "  ");
    if (saved) out.line(dim("  saved as "), saved);
    return;
  }
  const again = attempt > 1 ? yellow(`  again: attempt ${attempt}`) : "";
  out.line(dim(clock), "  ", green(bold("genuine")), "  ", bold(String(status)), "  ", id ?? "", dim(`  secret ${secretIndex}`), again);
  if (forward?.error) out.line("  ", red("not forwarded: "), forward.error.message);
  else if (forward) out.line("  forwarded to ", forward.url, ": ", bold(String(forward.status)), dim(` in ${forward.milliseconds} ms`));
  if (saved) out.line(dim("  saved as "), saved);
  for (const warning of warnings) out.line(yellow("  warning  "), warning);
  printEvent(out, event, "  ");
}

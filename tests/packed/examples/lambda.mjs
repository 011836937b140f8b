// The function as `sam build` makes it: the files that `npm pack` packs, with the dependencies.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SECRET, delivery, forgery, mail, unsigned } from "./deliveries.mjs";
import { project } from "./project.mjs";

const example = project("lambda");
const runtime = fileURLToPath(new URL("lambda-runtime.mjs", import.meta.url));

/** Returns the event of API Gateway for a request, in payload format 2.0. */
function version2({ headers, body }) {
  const http = { method: "POST", path: "/webhooks", protocol: "HTTP/1.1", sourceIp: "192.0.2.1" };
  return { version: "2.0", routeKey: "POST /webhooks", rawPath: "/webhooks", headers, requestContext: { http }, body, isBase64Encoded: false };
}

/** Returns the event in payload format 1.0, which REST APIs use. */
function version1({ headers, body }) {
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const route = { resource: "/webhooks", path: "/webhooks", httpMethod: "POST", requestContext: { httpMethod: "POST" } };
  return { version: "1.0", ...route, headers, multiValueHeaders, body, isBase64Encoded: false };
}

function base64(event) {
  return { ...event, body: Buffer.from(event.body).toString("base64"), isBase64Encoded: true };
}

/** Builds the function in a directory from which no other package is found. */
function build(directory) {
  const npm = { cwd: example.file("."), encoding: "utf8" };
  const tarball = execFileSync("npm", ["pack", "--silent", "--pack-destination", directory], npm).trim();
  execFileSync("tar", ["-xzf", tarball], { cwd: directory });
  const built = join(directory, "package");
  for (const name of Object.keys(JSON.parse(example.text("package.json")).dependencies)) {
    cpSync(example.file(`node_modules/${name}`), join(built, "node_modules", name), { recursive: true });
  }
  return built;
}

function invoke(built, events) {
  const template = example.text("template.yaml");
  const [, handler] = template.match(/Handler: (\S+)/);
  const [, variable] = template.match(/(\w+): !Ref WebhookSecret/);
  const env = { ...process.env, [variable]: SECRET };
  const options = { cwd: built, env, input: JSON.stringify(events), encoding: "utf8", stdio: "pipe" };
  return execFileSync(process.execPath, [runtime, handler], options).split("\n");
}

test("examples: Lambda", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "lambda-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const [one, other] = ["First", "Last"].map(mail);
  const deliveries = [delivery(one), delivery(other), forgery(one), unsigned(one)];
  const events = deliveries.flatMap((delivery) => [version2(delivery), version1(delivery), base64(version2(delivery))]);
  const output = invoke(build(directory), events);
  const answer = (statusCode) => `answer ${JSON.stringify({ statusCode, headers: {}, body: "", isBase64Encoded: false })}`;
  const expected = [200, 200, 401, 400].flatMap((status) => Array(3).fill(answer(status)));
  assert.deepEqual(output.filter((line) => line.startsWith("answer ")), expected);
  for (const { printed } of [one, other]) assert.equal(output.filter((line) => line === printed).length, 3, printed);
});

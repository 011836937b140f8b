// docs/adapters/lambda.md: each handler, invoked with what AWS hands over.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { format } from "node:util";
import { claims } from "./blocks.mjs";
import { SECRET, check, genuine, payload, runTest, written } from "./kit.mjs";

const PAGE = "docs/adapters/lambda.md";
const block = claims(import.meta.url);
const file = (name) => written(`lambda/${name}`, block(PAGE, name));

const multi = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
const http = { method: "POST", path: "/webhooks", protocol: "HTTP/1.1", sourceIp: "192.0.2.1" };
const shapes = {
  "HTTP API, payload format 2.0": (headers, body) => ({ version: "2.0", rawPath: "/webhooks", headers, requestContext: { http }, body, isBase64Encoded: false }),
  "function URL, base64": (headers, body) => ({ version: "2.0", rawPath: "/webhooks", headers, requestContext: { http }, body: Buffer.from(body).toString("base64"), isBase64Encoded: true }),
  "REST API, payload format 1.0": (headers, body) => ({ httpMethod: "POST", path: "/webhooks", headers, multiValueHeaders: multi(headers), requestContext: { httpMethod: "POST" }, body, isBase64Encoded: false }),
  "load balancer": (headers, body) => ({ httpMethod: "POST", path: "/webhooks", headers, requestContext: { elb: {} }, body, isBase64Encoded: false }),
  "load balancer, multi-value headers": (headers, body) => ({ httpMethod: "POST", path: "/webhooks", multiValueHeaders: multi(headers), requestContext: { elb: {} }, body, isBase64Encoded: false }),
};

/** The answer of a handler, as a caller sees it. */
const invoke = (handler, shape) => async (headers, body) => {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const { statusCode: status, body: answer } = await handler(shape(headers, text), { awsRequestId: "1" });
  return { status, text: async () => answer };
};

/** Records the output during a test. Returns a function that returns it. */
function listen(t) {
  const lines = [];
  for (const name of ["log", "error"]) t.mock.method(console, name, (...values) => lines.push(format(...values)));
  return () => lines.join("\n");
}

process.env.AGENTMAIL_WEBHOOK_SECRET = SECRET;
for (const path of ["index.mjs", "index.ts"].map(file)) {
  for (const [name, shape] of Object.entries(shapes)) {
    test(`${PAGE}: ${path.split("/").at(-1)}, ${name}`, async (t) => {
      const printed = listen(t);
      const { handler } = await import(path);
      await check(invoke(handler, shape));
      assert.match(printed(), /Grüße/);
      assert.match(printed(), /signature_mismatch: no signature/);
    });
  }
}

const vault = file("vault.mjs");
test(`${PAGE}: vault.mjs asks once, and answers 500 while there is no secret`, async (t) => {
  const printed = listen(t);
  const asked = [];
  let status = 500;
  const extension = createServer((request, response) => {
    asked.push([request.url, request.headers["x-aws-parameters-secrets-token"]]);
    response.writeHead(status).end(JSON.stringify({ SecretString: SECRET }));
  }).listen(0, "localhost");
  await once(extension, "listening");
  t.after(() => extension.close());
  Object.assign(process.env, { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: extension.address().port, AWS_SESSION_TOKEN: "token" });
  const { handler } = await import(vault);
  const post = invoke(handler, shapes["HTTP API, payload format 2.0"]);
  assert.equal((await post(genuine(), payload)).status, 500);
  assert.match(printed(), /no secret: 500/);
  status = 200;
  await check(post);
  assert.deepEqual(asked, Array(2).fill(["/secretsmanager/get?secretId=agentmail-webhook", "token"]));
});

const own = file("index.test.mjs");
test(`${PAGE}: index.test.mjs`, () => runTest(own));

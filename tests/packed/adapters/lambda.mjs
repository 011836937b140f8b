// AWS Lambda: the requests that API Gateway, function URLs and load balancers hand over, as AWS documents them.
// Lambda itself is not to be had here.

import { createRequire } from "node:module";
import { test } from "node:test";
import * as library from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/lambda";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { same } from "../suite/assert.mjs";
import { PAYLOAD, SECRET } from "../suite/kit.mjs";
import { adapterSuite } from "./suite.mjs";
import { spy } from "./suite/kit.mjs";

const shapes = {
  /** API Gateway, payload format 1.0: names as they were sent, each also with all its values. */
  "lambda, format 1.0": ({ method, headers, body = "" }) => ({
    resource: "/webhooks",
    path: "/webhooks",
    httpMethod: method,
    headers: capitals(headers),
    multiValueHeaders: Object.fromEntries(Object.entries(capitals(headers)).map(([name, value]) => [name, [value]])),
    requestContext: { httpMethod: method, identity: { sourceIp: "192.0.2.1" } },
    body: body === "" ? null : body,
    isBase64Encoded: false,
  }),
  /** API Gateway, payload format 2.0, and function URLs, which send no body where there is none. */
  "lambda, format 2.0": ({ method, headers, body = "" }) => ({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/webhooks",
    headers,
    requestContext: { http: { method, path: "/webhooks", protocol: "HTTP/1.1", sourceIp: "192.0.2.1" } },
    ...(body !== "" && { body }),
    isBase64Encoded: false,
  }),
  "lambda, format 2.0 in base64": (message) => ({
    ...shapes["lambda, format 2.0"](message),
    body: Buffer.from(message.body ?? "").toString("base64"),
    isBase64Encoded: true,
  }),
  /** A load balancer whose target group has multi-value headers. */
  "lambda, load balancer": ({ method, headers, body = "" }) => ({
    httpMethod: method,
    path: "/webhooks",
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:…" } },
    body,
    isBase64Encoded: false,
  }),
};

const capitals = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), value]));
const answer = ({ statusCode: status, headers, body }) => ({ status, headers, body });
const close = async () => {};

for (const [name, shape] of Object.entries(shapes)) {
  const mount = async (options) => {
    const handle = webhookHandler(options);
    return { close, send: async (message) => answer(await handle(shape(message), { awsRequestId: "1" })) };
  };
  adapterSuite(name, { library, memoryStore, mount, page: "lambda", test, hasBackground: false, canStream: false });
}

test("lambda: by require", async () => {
  const any = spy();
  const handle = createRequire(import.meta.url)("agentmail-webhooks/lambda").webhookHandler({ secret: SECRET, on: { any } });
  const request = shapes["lambda, format 2.0"]({ method: "POST", headers: new library.Webhook(SECRET).sign(PAYLOAD), body: PAYLOAD });
  same((await handle(request, "context")).statusCode, 200, "status");
  same([any.calls[0][2].request === request, any.calls[0][2].context], [true, "context"], "context");
});

test("lambda: headers in either record, or in both", async () => {
  const { "svix-id": id, ...others } = new library.Webhook(SECRET).sign(PAYLOAD);
  const multi = (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]]));
  const records = [
    { headers: { "svix-id": id, ...others }, multiValueHeaders: {} },
    { headers: { "svix-id": id, ...others }, multiValueHeaders: null },
    { headers: {}, multiValueHeaders: multi({ "svix-id": id, ...others }) },
    { headers: null, multiValueHeaders: multi({ "svix-id": id, ...others }) },
    { headers: others, multiValueHeaders: multi({ "Svix-Id": id }) },
    { headers: { "svix-id": id, ...others }, multiValueHeaders: { "svix-id": [], ...multi(others) } },
    { headers: { "svix-id": "the last one only", ...others }, multiValueHeaders: multi({ "Svix-Id": id, ...others }) },
  ];
  for (const record of records) {
    const request = { ...shapes["lambda, format 2.0"]({ method: "POST", body: PAYLOAD }), ...record };
    same((await webhookHandler({ secret: SECRET })(request)).statusCode, 200, JSON.stringify(record));
  }
});

test("lambda: the URL, for the function for the secret", async () => {
  const sent = { method: "POST", headers: { ...new library.Webhook(SECRET).sign(PAYLOAD), host: "mail.example" }, body: PAYLOAD };
  for (const [name, shape] of Object.entries(shapes)) {
    const secret = spy(() => SECRET);
    const request = { ...shape(sent), queryStringParameters: { tenant: "a b" }, ...(name.includes("2.0") && { rawQueryString: "tenant=a+b" }) };
    same((await webhookHandler({ secret })(request)).statusCode, 200, name);
    same(secret.calls[0][1].url, "https://mail.example/webhooks?tenant=a+b", name);
  }
});

test("lambda: copies of a header that differ", async () => {
  const onError = spy();
  const request = shapes["lambda, load balancer"]({ method: "POST", headers: new library.Webhook(SECRET).sign(PAYLOAD), body: PAYLOAD });
  request.multiValueHeaders["svix-id"].push("other");
  same((await webhookHandler({ secret: SECRET, onError })(request)).statusCode, 400, "status");
  same(onError.calls[0][0].code, "conflicting_headers", "code");
});

test("lambda: a body that a middleware parsed", async () => {
  const onError = spy();
  const headers = new library.Webhook(SECRET).sign(PAYLOAD);
  const request = { ...shapes["lambda, format 2.0"]({ method: "POST", headers }), body: { event_type: "message.sent" } };
  same((await webhookHandler({ secret: SECRET, onError })(request)).statusCode, 500, "status");
  same(onError.calls[0][0].code, "payload_not_raw", "code");
});

test("lambda: what is no request", async () => {
  for (const request of [undefined, null, {}, { headers: null }, { source: "aws.events" }]) {
    same((await webhookHandler({ secret: SECRET })(request)).statusCode, 405, "status");
  }
});

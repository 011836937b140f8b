// A handler for AWS Lambda: API Gateway (payload format 1.0 and 2.0), function URLs, load balancers.

import { inCallOf } from "../call.js";
import { readKept } from "./body.js";
import { isObject } from "./check.js";
import { payloadNotRaw } from "./errors.js";
import { refuseMisuse } from "./misused.js";
import { adapterChecks } from "./options.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/lambda.md";
const HINT = "hand the adapter the request as Lambda was invoked with it: no middleware that parses its body before";
const OTHERS = "for Express and node:http, agentmail-webhooks/express; for a Request of the Fetch API, agentmail-webhooks/fetch";

export function webhookHandler(options) {
  const receive = inCallOf(webhookHandler, () => {
    // Lambda freezes the process after the response, so background work would not run.
    adapterChecks(PAGE).check("background", !options?.background, "false, because Lambda stops when it has answered: put the event on a queue");
    return receiver(options, PAGE);
  });
  return async (request, context) => {
    // Requests of frameworks have a class. Fastify would send what is returned here, with 200.
    if (isObject(request) && !isRecord(request)) return refuseMisuse("lambda", OTHERS, context);
    const sent = headersOf(request);
    const { status, headers } = await receive({
      method: request?.requestContext?.http?.method ?? request?.httpMethod,
      url: () => urlOf(request, sent),
      headers: sent,
      read: async (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, context },
    });
    return { statusCode: status, headers, body: "", isBase64Encoded: false };
  };
}

/** Merges both records of headers. Either may be missing, empty or incomplete. */
function headersOf(request) {
  const pairs = Object.entries(request?.multiValueHeaders ?? {}).flatMap(([name, values]) => (values ?? []).map((value) => [name, value]));
  const known = new Set(pairs.map(([name]) => name.toLowerCase()));
  const single = Object.entries(request?.headers ?? {}).filter(([name]) => !known.has(name.toLowerCase()));
  return [...pairs, ...single];
}

/** JSON, of any realm. */
function isRecord(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function urlOf(request, headers) {
  const { rawPath, rawQueryString, path = "/", queryStringParameters, requestContext } = request ?? {};
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? requestContext?.domainName;
  const query = rawQueryString ?? new URLSearchParams(queryStringParameters ?? {}).toString();
  const target = `${rawPath ?? path}${query && `?${query}`}`;
  try {
    return new URL(target, `https://${host ?? "localhost"}`).href;
  } catch {
    return target;
  }
}

function readBody({ body, isBase64Encoded }, maxBytes) {
  const text = body ?? "";
  if (typeof text !== "string") throw payloadNotRaw(HINT);
  return readKept(isBase64Encoded ? Buffer.from(text, "base64") : text, maxBytes);
}

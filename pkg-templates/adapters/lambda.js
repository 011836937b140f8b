// A handler of AWS Lambda: API Gateway (payload format 1.0 and 2.0), function URLs, load balancers.

import { payloadNotRaw, payloadTooLarge } from "./errors.js";
import { adapterChecks } from "./options.js";
import { receiver } from "./receiver.js";

const PAGE = "adapters/lambda.md";
const HINT = "hand the adapter the request as Lambda was invoked with it: no middleware that parses its body before";

export function webhookHandler(options) {
  // Lambda freezes the process when the answer is given: what was to happen afterwards would not.
  adapterChecks(PAGE).check("background", !options?.background, "false, because Lambda stops when it has answered: put the event on a queue");
  const receive = receiver(options, PAGE);
  return async (request, context) => {
    const { status, headers } = await receive({
      method: request?.requestContext?.http?.method ?? request?.httpMethod,
      headers: request?.multiValueHeaders ?? request?.headers,
      read: async (maxBytes) => readBody(request, maxBytes),
      environment: process.env,
      context: { request, context },
    });
    return { statusCode: status, headers, body: "", isBase64Encoded: false };
  };
}

function readBody({ body, isBase64Encoded }, maxBytes) {
  const text = body ?? "";
  if (typeof text !== "string") throw payloadNotRaw(HINT);
  const bytes = Buffer.from(text, isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > maxBytes) throw payloadTooLarge(maxBytes);
  return bytes;
}

// Verifies and signs for test_interop.py: a list of requests on stdin, as many answers on stdout, JSON.
// Payloads are base64, so that they can be any bytes.

import { Webhook, WebhookError } from "agentmail-webhooks";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

const answers = JSON.parse(Buffer.concat(chunks).toString()).map(({ secret, payload, headers, sign }) => {
  const bytes = Buffer.from(payload, "base64");
  try {
    const webhook = new Webhook(secret);
    return sign ? webhook.sign(bytes, sign) : webhook.verify(bytes, headers);
  } catch (error) {
    if (error instanceof WebhookError) return { code: error.code };
    throw error;
  }
});
console.log(JSON.stringify(answers));

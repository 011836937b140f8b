// Verifies, receives and signs for the tests in Python: a list of requests on stdin, as many answers on stdout, JSON.
// Payloads are base64, so that they can be any bytes.

import { Webhook, WebhookError } from "agentmail-webhooks";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

const answers = JSON.parse(Buffer.concat(chunks).toString()).map(({ secret, payload, headers, sign, receive }) => {
  const bytes = Buffer.from(payload, "base64");
  try {
    const webhook = new Webhook(secret);
    if (sign) return webhook.sign(bytes, sign);
    return receive ? webhook.receive(bytes, headers) : webhook.verify(bytes, headers);
  } catch (error) {
    if (error instanceof WebhookError) return { code: error.code, ...(receive && { message: error.message }) };
    throw error;
  }
});
console.log(JSON.stringify(answers));

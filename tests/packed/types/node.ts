// Payloads and headers in Node, with the types of @types/node.

import { createServer, type IncomingHttpHeaders } from "node:http";
import { Webhook, type HeadersLike, type Payload } from "agentmail-webhooks";

declare const incoming: IncomingHttpHeaders;
declare const distinct: NodeJS.Dict<string[]>;
const webhook = new Webhook(process.env["SECRET"]!);
// @ts-expect-error it may be unset
new Webhook(process.env["SECRET"]);

const all: HeadersLike[] = [incoming, distinct, new Headers(), new Headers().entries(), new Request("http://a").headers];
const payloads: Payload[] = [Buffer.from(""), Buffer.alloc(1).subarray(1)];
// @ts-expect-error before await
webhook.receive(new Request("http://a").arrayBuffer(), new Headers());
// @ts-expect-error the request itself
webhook.receive(new Request("http://a"), new Headers());

createServer(async (request) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { event } = webhook.receive(Buffer.concat(chunks), request.headers);
  if (event.event_type === "message.received") console.log(event.message.subject);
});

export { all, payloads };

// Payloads and headers in browsers, Workers and edge runtimes, with the types of the DOM library.

import { Webhook, init } from "agentmail-webhooks";

export async function receive(request: Request): Promise<Response> {
  await init(new URL("/agentmail_webhooks_bg.wasm", request.url));
  await init(fetch("/agentmail_webhooks_bg.wasm"));
  const { event } = new Webhook("").receive(await request.arrayBuffer(), request.headers);
  new Webhook("").receive(await request.text(), [...request.headers]);
  new Webhook("").receive(await request.bytes(), new Map(request.headers));
  const again: Headers = new Headers(new Webhook("").sign("{}"));
  return new Response(event.event_type, { headers: again });
}

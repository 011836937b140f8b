// The npm package, as it is built. Nothing else here knows how it is loaded.

import { init } from "agentmail-webhooks/explain";

export { Webhook, WebhookError, explain, parse } from "agentmail-webhooks/explain";

/** Comes before any call. */
export async function load() {
  const { default: packed } = await import("./module.js");
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  await init(await new Response(unpacked).arrayBuffer());
}

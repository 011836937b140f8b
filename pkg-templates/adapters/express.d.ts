import type { IncomingMessage, ServerResponse } from "node:http";
import type { AdapterOptions } from "agentmail-webhooks";

/** What a handler is given beside the event. */
export interface ExpressContext<Request = IncomingMessage, Response = ServerResponse> {
  /** The request. Its body has been read. */
  request: Request;
  /** The response, which the adapter sends. */
  response: Response;
}

/**
 * A handler of Express, and of plain `node:http`. Mount it before `express.json()`, or use `express.raw()` on its
 * route.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * app.post("/webhooks", webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log(event.message.subject) },
 * }));
 */
export function webhookHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(
  options: AdapterOptions<NodeJS.ProcessEnv, ExpressContext<Request, Response>>,
): (request: Request, response: Response) => Promise<void>;

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AdapterOptions } from "agentmail-webhooks";

/** The context of a handler. */
export interface ExpressContext<Request = IncomingMessage, Response = ServerResponse> {
  /** The request. Its body has been read. */
  request: Request;
  /** The response, which the adapter sends. */
  response: Response;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/**
 * A handler of Express, and of plain `node:http`. Mount it before `express.json()`, or use `express.raw()` on its
 * route.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the server starts. If `secret` is a function, its errors
 * are passed to `onError`.
 *
 * @example
 * ```ts
 * import express from "express";
 * import { webhookHandler } from "agentmail-webhooks/express";
 *
 * const app = express();
 * app.post("/webhooks", webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * }));
 * app.listen(3000);
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/express.md | Express and node:http}
 */
export function webhookHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(
  options: AdapterOptions<NodeJS.ProcessEnv, ExpressContext<Request, Response>>,
): (request: Request, response: Response) => Promise<void>;

import type { AdapterOptions } from "agentmail-webhooks";

/** A request as API Gateway (payload format 1.0 or 2.0), a function URL or a load balancer hands it over. */
export interface LambdaRequest {
  headers?: { [name: string]: string | undefined } | null;
  multiValueHeaders?: { [name: string]: string[] | undefined } | null;
  body?: string | null;
  isBase64Encoded?: boolean;
  httpMethod?: string;
  requestContext?: { http?: { method?: string } };
}

/** What they take for an answer. */
export interface LambdaResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

/** What a handler is given beside the event. */
export interface LambdaHandlerContext<Request = LambdaRequest, Context = unknown> {
  /** The request, as Lambda was invoked with it. */
  request: Request;
  /** The context of the invocation. */
  context: Context;
}

/**
 * A handler of AWS Lambda: for API Gateway (payload format 1.0 and 2.0), function URLs and load balancers. It has
 * no `background`: Lambda stops when it has answered.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`
 *
 * @example
 * export const handler = webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log(event.message.subject) },
 * });
 */
export function webhookHandler<Request extends LambdaRequest = LambdaRequest, Context = unknown>(
  options: Omit<AdapterOptions<Record<string, string | undefined>, LambdaHandlerContext<Request, Context>>, "background">,
): (request: Request, context: Context) => Promise<LambdaResponse>;

import type { AdapterOptions } from "agentmail-webhooks";

/** A request as API Gateway (payload format 1.0 or 2.0), a function URL or a load balancer hands it over. */
export interface LambdaRequest {
  /** The headers; a load balancer may send `multiValueHeaders` alone. */
  headers?: { [name: string]: string | undefined } | null;
  /** The headers with all their values. Payload format 1.0, and load balancers that are told to. */
  multiValueHeaders?: { [name: string]: string[] | undefined } | null;
  /** The body: text, or base64. */
  body?: string | null;
  /** Whether the body is base64. */
  isBase64Encoded?: boolean;
  /** The method, in payload format 1.0 and of load balancers. */
  httpMethod?: string;
  /** What the gateway knows of the request. */
  requestContext?: {
    /** In payload format 2.0 and of function URLs. */
    http?: {
      /** The method. */
      method?: string;
    };
  };
}

/** What they take for an answer. */
export interface LambdaResponse {
  /** The HTTP status. */
  statusCode: number;
  /** The headers, by their names in lower case. */
  headers: Record<string, string>;
  /** Empty. */
  body: string;
  /** `false`. */
  isBase64Encoded: boolean;
}

/** What a handler is given beside the event. */
export interface LambdaHandlerContext<Request = LambdaRequest, Context = unknown> {
  /** The request, as Lambda was invoked with it. */
  request: Request;
  /** The context of the invocation. */
  context: Context;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/**
 * A handler of AWS Lambda: for API Gateway (payload format 1.0 and 2.0), function URLs and load balancers. It has
 * no `background`: Lambda stops when it has answered.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the function starts. Of what a function `secret` gives,
 * `onError` is told.
 *
 * @example
 * ```ts
 * import { webhookHandler } from "agentmail-webhooks/lambda";
 *
 * export const handler = webhookHandler({
 *   secret: process.env.AGENTMAIL_WEBHOOK_SECRET,
 *   on: { "message.received": (event) => console.log({ subject: event.message.subject }) },
 * });
 * ```
 *
 * @see {@link https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/lambda.md | AWS Lambda}
 */
export function webhookHandler<Request extends LambdaRequest = LambdaRequest, Context = unknown>(
  options: Omit<AdapterOptions<Record<string, string | undefined>, LambdaHandlerContext<Request, Context>>, "background">,
): (request: Request, context: Context) => Promise<LambdaResponse>;

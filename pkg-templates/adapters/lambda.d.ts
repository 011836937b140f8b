import type { AdapterOptions } from "agentmail-webhooks";

/** A request of API Gateway (payload format 1.0 or 2.0), a function URL or a load balancer. */
export interface LambdaRequest {
  /** The headers. A load balancer may send only `multiValueHeaders`. */
  headers?: { [name: string]: string | undefined } | null;
  /** The headers with all their values, in payload format 1.0, and of load balancers if configured. */
  multiValueHeaders?: { [name: string]: string[] | undefined } | null;
  /** The body: text, or base64. */
  body?: string | null;
  /** `true` if the body is base64. */
  isBase64Encoded?: boolean;
  /** The method, in payload format 1.0 and of load balancers. */
  httpMethod?: string;
  /** The details of the gateway about the request. */
  requestContext?: {
    /** The HTTP details in payload format 2.0 and of function URLs. */
    http?: {
      /** The method. */
      method?: string;
    };
  };
}

/** The response of a handler. */
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

/** The context of a handler. */
export interface LambdaHandlerContext<Request = LambdaRequest, Context = unknown> {
  /** The event that Lambda was invoked with. */
  request: Request;
  /** The context of the invocation. */
  context: Context;
  /** The transaction of the store, if it has transactions. */
  transaction?: any;
}

/**
 * A handler for AWS Lambda: for API Gateway (payload format 1.0 and 2.0), function URLs and load balancers. There is no
 * option `background`, because Lambda stops after the response.
 *
 * @throws {WebhookError} `invalid_secret`, `invalid_option`: when the function starts. If `secret` is a function, its errors
 * are passed to `onError`.
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

// The entry with the inline module has the same declarations, and the same types to the compiler.

import { Webhook, WebhookError } from "agentmail-webhooks";
import * as library from "agentmail-webhooks";
import * as inline from "agentmail-webhooks/inline";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<T extends true>(): T;

holds<Equal<typeof inline, typeof library>>();
const webhook: Webhook = new inline.Webhook("");
const delivery: inline.Delivery = webhook.receive("", {});
export const caught = (error: unknown): WebhookError | undefined => (error instanceof inline.WebhookError ? error : undefined);
export const type: "unknown" | undefined = delivery.event.event_type === "unknown" ? delivery.event.event_type : undefined;
// @ts-expect-error no such name
inline.receive;

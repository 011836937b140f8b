// Each way to receive a delivery, loaded when it is asked for and not before.

import { SECRET } from "./deliveries.mjs";

/** As the SDK itself reads what its API answers. */
export const SDK_OPTIONS = {
  unrecognizedObjectKeys: "passthrough",
  allowUnrecognizedUnionMembers: true,
  allowUnrecognizedEnumValues: true,
  skipValidation: true,
  breadcrumbsPrefix: ["response"],
};

export const receivers = {
  async "ours"() {
    const { Webhook } = await import("agentmail-webhooks");
    const webhook = new Webhook(SECRET);
    return (body, headers) => webhook.receive(body, headers).event;
  },
  async "svix + SDK"() {
    const [{ Webhook }, { events }] = await Promise.all([import("svix"), import("agentmail/serialization")]);
    const webhook = new Webhook(SECRET);
    return (body, headers) => events.MessageReceivedEvent.parseOrThrow(webhook.verify(body, headers), SDK_OPTIONS);
  },
  async "node:crypto + JSON.parse"() {
    const { verifyWithNodeCrypto } = await import("./by-hand.mjs");
    return (body, headers) => {
      verifyWithNodeCrypto(body, headers);
      return JSON.parse(body);
    };
  },
};

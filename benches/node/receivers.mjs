// The ways to receive a delivery. Each loads its modules when it is called.

import { SECRET } from "./deliveries.mjs";

/** The options with which the SDK parses the responses of its API. */
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

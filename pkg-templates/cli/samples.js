// Samples with changes, to send.

import { EVENT_TYPES, sample } from "agentmail-webhooks/testing";
import { nearest } from "../adapters/nearest.js";
import { usage } from "./failure.js";
import { safeJson } from "./print.js";

export const SAMPLE_OPTIONS = {
  event: { type: "string" },
  merge: { type: "string" },
  dialect: { type: "string" },
};

/** Returns the payload of a sample as text. Characters that are unsafe in a terminal are escaped before it is signed. */
export function samplePayload(values, fresh = {}) {
  return safeJson(sampleEvent(values, fresh));
}

export function sampleEvent({ event: eventType, merge, dialect }, fresh = {}) {
  if (!EVENT_TYPES.includes(eventType)) {
    const meant = nearest(eventType, EVENT_TYPES);
    throw usage(`there is no event ${eventType}`, meant ? `did you mean ${meant}?` : '"agentmail-webhooks events" lists them');
  }
  let overrides = {};
  if (merge !== undefined) {
    try {
      overrides = JSON.parse(merge);
    } catch {
      throw usage("--merge is not JSON", `such as '{"message": {"subject": "Hello"}}'`);
    }
    if (typeof overrides !== "object" || overrides === null || Array.isArray(overrides)) throw usage("--merge is not a JSON object");
  }
  try {
    return sample(eventType, { ...fresh, ...overrides }, { dialect });
  } catch (error) {
    if (error instanceof TypeError) throw usage(error.message);
    throw error;
  }
}

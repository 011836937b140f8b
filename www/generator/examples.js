// One click each: what the page has to show.

import { systemTime } from "../controls/clock.js";
import { announce } from "../controls/told.js";
import { byId, el } from "../picture/dom.js";
import { DEMO_SECRETS, make } from "./make.js";
import { deliveryOf } from "./panel.js";

const EXAMPLES = {
  Genuine: { fault: "none", tone: "good" },
  "Changed body": { fault: "forged", tone: "bad" },
  "Rewritten JSON": { fault: "rewritten", tone: "bad" },
  Stale: { fault: "old", tone: "warn" },
  "Wrong secret": { fault: "secret", tone: "bad" },
  "Secret with a space": { fault: "space", tone: "bad" },
  Unsigned: { fault: "unsigned", tone: "bad" },
  Rotation: { fault: "rotation", tone: "good" },
  "Unknown event": { fault: "none", tone: "good", eventType: "unknown", overrides: undefined },
};

/** With something of each that can become of a payload: a member that is `null`, and one that nobody knows yet. */
const usual = {
  eventType: "message.received",
  dialect: "002",
  scheme: "standard",
  secret: DEMO_SECRETS.standard,
  overrides: { message: { in_reply_to: null, priority: "high" } },
};

/** The first example of the page. */
export function firstExample() {
  return exampleOf("Genuine");
}

function exampleOf(name) {
  // Some seconds on the way, as deliveries have.
  return deliveryOf(make({ ...usual, ...EXAMPLES[name] }, systemTime() - 8));
}

export function examples(state) {
  const buttons = Object.entries(EXAMPLES).map(([name, { tone }]) =>
    el("button", { type: "button", class: `chip ${tone}`, onclick: () => state.set({ ...exampleOf(name), tolerance: 300 }, name) }, name),
  );
  byId("examples").replaceChildren(...buttons);
  const mark = (_, source) => {
    const isExample = Object.hasOwn(EXAMPLES, source ?? "");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === source));
    byId("sample-name").textContent = isExample ? `Sample: ${source}` : "";
    // An example that is taken again is announced again.
    if (isExample) announce("");
  };
  state.onChange(mark);
  mark(undefined, "Genuine");
}

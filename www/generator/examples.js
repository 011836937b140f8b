// One click each: what the page has to show.

import { systemTime } from "../controls/clock.js";
import { announce } from "../controls/told.js";
import { byId, el } from "../picture/dom.js";
import { DEMO_SECRETS, make } from "./make.js";
import { deliveryOf } from "./panel.js";

const EXAMPLES = {
  Genuine: { fault: "none" },
  Rotation: { fault: "rotation" },
  "Rewritten JSON": { fault: "rewritten" },
  Forged: { fault: "forged" },
  Stale: { fault: "old" },
  "Secret with a space": { fault: "space" },
  Unsigned: { fault: "unsigned" },
  "Unknown event": { fault: "none", eventType: "unknown", overrides: undefined },
};

/** With something of each that can become of a payload: a member that is `null`, and one that nobody knows yet. */
const usual = {
  eventType: "message.received",
  dialect: "002",
  scheme: "standard",
  secret: DEMO_SECRETS.standard,
  overrides: { message: { in_reply_to: null, priority: "high" } },
};

/** What the page begins with. */
export function firstExample() {
  return exampleOf("Genuine");
}

function exampleOf(name) {
  // Some seconds on the way, as deliveries have.
  return deliveryOf(make({ ...usual, ...EXAMPLES[name] }, systemTime() - 8));
}

export function examples(state) {
  const buttons = Object.keys(EXAMPLES).map((name) =>
    el("button", { type: "button", class: "chip", onclick: () => state.set({ ...exampleOf(name), tolerance: 300 }, name) }, name),
  );
  byId("examples").replaceChildren(...buttons);
  const mark = (_, source) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === source));
    // An example that is taken again is announced again.
    if (Object.hasOwn(EXAMPLES, source ?? "")) announce("");
  };
  state.onChange(mark);
  mark(undefined, "Genuine");
}

// Step 5: all that `explain` says, in its words.

import { VERDICTS, el, hidden, icon } from "./dom.js";

const NAMES = {
  headers: "Headers",
  secret: "Secret",
  timestamp: "Timestamp",
  signature: "Signature",
  payload: "Another body?",
  key: "Another reading of the secret?",
  scheme: "Another scheme?",
  header_set: "The other header set?",
  event: "Event",
};

export function drawAdvice({ checks, outcome }) {
  return [
    outcome.error && el("p", { class: "error" }, el("code", {}, outcome.error.code), el("span", {}, outcome.error.hint)),
    el(
      "ul",
      { class: "checks" },
      ...checks.map(({ check, verdict, advice }) =>
        el(
          "li",
          { class: verdict, "data-check": check },
          icon(VERDICTS[verdict].icon),
          hidden(`${VERDICTS[verdict].word}: `),
          el("span", { class: "check" }, NAMES[check] ?? check),
          el("span", { class: "says" }, advice),
        ),
      ),
    ),
  ];
}

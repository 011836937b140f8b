// Step 5: all that `explain` says, in its words.

import { VERDICTS, count, el, hidden, icon } from "./dom.js";
import { visible } from "./visible.js";

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
  conclusion: "Most likely",
};

export function drawAdvice({ checks, outcome }) {
  const passed = checks.filter(({ verdict }) => verdict === "pass");
  const others = checks.filter(({ verdict }) => verdict !== "pass");
  const words = others.length > 0 ? `${count(passed.length, "check")} passed` : `All ${count(passed.length, "check")} passed`;
  return [
    outcome.error && el("p", { class: "hint" }, outcome.error.hint),
    outcome.value && gives(outcome.value),
    others.length > 0 && list(others),
    passed.length > 0 && el("details", { class: "more" }, el("summary", {}, words), list(passed)),
  ];
}

/** The values that the code of a receiver has. */
function gives({ idempotencyKey, secretIndex }) {
  const facts = [
    ["idempotencyKey", idempotencyKey, "the same on each retry: handle it once"],
    ["secretIndex", String(secretIndex), "which secret signed: log it during a rotation"],
  ];
  return el(
    "dl",
    { class: "headers" },
    ...facts.flatMap(([name, value, says]) => [el("dt", {}, el("code", {}, name)), el("dd", {}, el("code", {}, ...visible(value)), el("span", {}, says))]),
  );
}

function list(checks) {
  const items = checks.map(({ check, verdict, advice }) =>
    el(
      "li",
      { class: verdict, "data-check": check },
      icon(VERDICTS[verdict].icon),
      hidden(`${VERDICTS[verdict].word}: `),
      el("span", { class: "check" }, NAMES[check] ?? check),
      el("span", { class: "says" }, advice),
    ),
  );
  return el("ul", { class: "checks" }, ...items);
}

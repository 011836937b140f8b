// Step 5: all that `explain` says, in its words.

import { VERDICTS, count, el, hidden, icon } from "./dom.js";

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
  const passed = checks.filter(({ verdict }) => verdict === "pass");
  const others = checks.filter(({ verdict }) => verdict !== "pass");
  const words = others.length > 0 ? `${count(passed.length, "check")} passed` : `All ${count(passed.length, "check")} passed`;
  return [
    outcome.error && el("p", { class: "hint" }, outcome.error.hint),
    others.length > 0 && list(others),
    passed.length > 0 && el("details", { class: "more", open: others.length === 0 }, el("summary", {}, words), list(passed)),
  ];
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

// Step 6: the payload beside the event that it became.

import { el, hidden, icon } from "./dom.js";
import { plain, visible } from "./visible.js";

const MARKS = {
  normalised: "normalised",
  renamed: "renamed",
  dropped: "dropped",
  made: "added",
  extra: "extra",
};

/** Indentation ends somewhere, or deep JSON would leave the page. */
const DEEPEST = 12;

export function drawEvent({ event, outcome, isEmpty }) {
  if (isEmpty) return [];
  const { rows, isWhole, counts } = event.rows;
  return [
    event.error && el("p", { class: "error" }, el("code", {}, event.error.code), el("span", {}, event.error.message)),
    !outcome.value &&
      event.value &&
      el("p", { class: "note" }, icon("info"), el("span", {}, "Shown although the delivery is refused: a receiver would stop earlier.")),
    rows.length > 0 && [
      event.value && el("ul", { class: "legend", "aria-label": "Parts of the payload" }, ...legend(counts)),
      table(rows, event.value !== undefined),
      !isWhole && el("p", { class: "note" }, icon("info"), el("span", {}, "The payload is long: the rest is not shown.")),
    ],
  ].flat();
}

function legend(counts) {
  const shown = Object.entries(MARKS).filter(([mark]) => counts[mark]);
  if (shown.length === 0) return [el("li", { class: "tag" }, "nothing had to be changed")];
  return shown.map(([mark, name]) => el("li", { class: `tag ${mark}` }, `${counts[mark]} ${name}`));
}

function table(rows, isTyped) {
  return el(
    "table",
    { class: isTyped ? "compare" : "compare single" },
    el("caption", { class: "visually-hidden" }, "The payload, line by line, beside the typed event"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "On the wire"), isTyped && el("th", { scope: "col" }, "Typed event"))),
    el(
      "tbody",
      {},
      ...rows.map(({ wire, typed, mark, note }) =>
        el(
          "tr",
          { class: mark },
          cell("wire", wire, typed ? undefined : note, mark),
          isTyped && cell("typed", typed, typed ? note : undefined, mark),
        ),
      ),
    ),
  );
}

function cell(side, line, note, mark) {
  if (!line) return el("td", { class: `${side} blank` });
  const tokens = line.tokens.flatMap(({ kind, text }) => [el("span", { class: kind }, ...(kind === "bracket" ? [text] : visible(text))), kind === "key" && ": "]);
  const content = el("code", { class: "line" }, ...tokens);
  const found = el("td", { class: side }, content, note && [" ", el("span", { class: `tag ${mark}` }, hidden(`${MARKS[mark]}: `), note)]);
  found.style.setProperty("--depth", Math.min(line.depth, DEEPEST));
  return found;
}

export function eventSummary({ event }) {
  if (event.error) return "The payload is not a valid event.";
  const { event_type: type, wire_type: wireType } = event.value;
  return type === "unknown" ? `Unknown event type ${plain(wireType.slice(0, 200))}` : type;
}

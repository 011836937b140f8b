// Step 4: each signature against each secret.

import { el, icon } from "./dom.js";
import { visible } from "./visible.js";

const CELLS = {
  match: { icon: "check", text: "matches" },
  differs: { icon: "cross", text: "differs" },
  skipped: { icon: "dash", text: "version not read" },
  unreadable: { icon: "cross", text: "malformed" },
  invalid: { icon: "dash", text: "secret malformed" },
  other: { icon: "dash", text: "other scheme" },
};

export function drawMatrix({ rows }, secrets) {
  if (rows.length === 0) return [];
  return [
    el(
      "div",
      // To be scrolled with the keyboard, where it is wide.
      { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Signatures and secrets" },
      el(
        "table",
        { class: "matrix" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, "Signature"),
            ...secrets.map(({ scheme }, index) => el("th", { scope: "col" }, `Secret ${index}`, el("small", {}, scheme))),
          ),
        ),
        el("tbody", {}, ...rows.map(row)),
      ),
    ),
  ];
}

function row({ text, cells }) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("code", { class: "signature" }, ...visible(shorten(text)))),
    ...cells.map((cell) =>
      el("td", {}, el("span", { class: `cell ${cell}` }, icon(CELLS[cell].icon), el("span", {}, CELLS[cell].text))),
    ),
  );
}

/** Both ends of a signature tell it from another. */
function shorten(text) {
  return text.length > 36 ? `${text.slice(0, 22)}…${text.slice(-10)}` : text;
}

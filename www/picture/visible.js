// Text in which what cannot be seen is made visible: line breaks, spaces at an end, characters that turn the
// direction of writing. Each of them changes a signature.

import { el } from "./dom.js";

const NAMES = { "\n": "LF", "\r": "CR", "\t": "TAB", "\uFEFF": "BOM", "\u00a0": "NBSP", "\uFFFD": "not UTF-8" };
// Controls, and what is not drawn or draws something else: zero widths, directions, line separators.
const UNSEEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\uFEFF\uFFFD]| +$/g;

/** Nodes for a text. */
export function visible(text) {
  const nodes = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(UNSEEN)) {
    nodes.push(text.slice(from, index));
    nodes.push(el("span", { class: "unseen" }, nameOf(found)));
    if (found === "\n") nodes.push("\n");
    from = index + found.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

function nameOf(found) {
  if (found.startsWith(" ")) return found.length === 1 ? "space" : `${found.length} spaces`;
  return NAMES[found] ?? `U+${found.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

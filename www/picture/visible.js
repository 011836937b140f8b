// Text in which what cannot be seen is made visible: line breaks, spaces at an end, characters that turn the
// direction of writing. Each of them changes a signature.

import { el } from "./dom.js";

const NAMES = { "\n": "LF", "\r": "CR", "\t": "TAB", "\uFEFF": "BOM", "\u00a0": "NBSP", "\uFFFD": "not UTF-8" };
// Controls, what is not drawn, what turns the writing around, and spaces that look like the usual one.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u00a0\u034f\u115f\u1160\u1680\u17b4\u17b5\u2000-\u200a\u202f\u205f\u3164\uffa0\uFFFD\u{e0100}-\u{e01ef}]| +$/gu;

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

/** The same as text, where there can be no nodes: an option, a message. */
export function plain(text) {
  return text.replaceAll(UNSEEN, (found) => `[${nameOf(found)}]`);
}

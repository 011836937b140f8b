// Step 1: the headers that came, those that are missing, and what each is for.

import { count, el, hidden, icon } from "./dom.js";
import { visible } from "./visible.js";

const MOST_CHARACTERS = 400;
/** The maximum number of headers of a kind that are shown. The rest is counted. */
const MOST_LINES = 60;

export function drawHeaders({ headers, claims, stray }) {
  const read = headers.filter(({ role }) => role);
  const others = headers.filter(({ role }) => !role);
  return [
    el("dl", { class: "headers" }, ...read.slice(0, MOST_LINES).flatMap(header), ...missing(claims, headers).flatMap(absent)),
    more(read, "header"),
    ...stray.slice(0, MOST_LINES).map((line) => el("p", { class: "note" }, icon("info"), el("span", {}, "no header: ", el("code", {}, ...visible(clip(line)))))),
    more(stray, "line"),
    others.length > 0 &&
      el(
        "details",
        { class: "more" },
        el("summary", {}, count(others.length, "other header"), ", which no scheme reads"),
        el("dl", { class: "headers" }, ...others.slice(0, MOST_LINES).flatMap(header)),
        more(others, "header"),
      ),
  ];
}

function more({ length }, one) {
  return length > MOST_LINES && el("p", { class: "note" }, `and ${count(length - MOST_LINES, `more ${one}`)}`);
}

function header({ name, value, role }) {
  return [
    el("dt", {}, el("span", { class: `dot ${role ?? ""}` }), el("code", {}, ...visible(clip(name))), role && hidden(` (${role})`)),
    el("dd", { class: role }, el("code", {}, ...visible(clip(value)))),
  ];
}

function absent(name) {
  return [
    el("dt", { class: "absent" }, el("span", { class: "dot" }), el("code", {}, name)),
    el("dd", { class: "absent" }, icon("cross"), " did not come"),
  ];
}

/** Returns the headers that the schemes of the secrets need, and that are missing. */
function missing(claims, headers) {
  const came = new Set(headers.map(({ name }) => name.toLowerCase()));
  const wanted = claims.flatMap(({ names }) => Object.values(names));
  return [...new Set(wanted)].filter((name) => !came.has(name));
}

const clip = (text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

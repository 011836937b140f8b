// Step 3: the timestamp on a line, with the replay window around now. The line is true inside the window, and
// ever more compressed outside, so that a second and a year both have a place.

import { count, el, icon } from "./dom.js";

/** The ends of the window, in percent of the line from its middle. */
const WINDOW = 26;
const EDGE = 47;

export function drawTimeline({ claims, tolerance }) {
  return claims.map((claim) => {
    if (!claim.names.timestamp) {
      return el("p", { class: "note" }, icon("info"), el("span", {}, `Scheme ${claim.scheme} has no timestamp: a captured delivery verifies forever.`));
    }
    if (claim.seconds === undefined) {
      if (claim.timestamp === undefined) return undefined;
      return el("p", { class: "note" }, icon("info"), el("span", {}, "The timestamp is not a number of seconds, so it is not on the line."));
    }
    const line = el(
      "div",
      { class: "timeline", role: "img" },
      el("div", { class: "track" }),
      el("div", { class: "window" }),
      el("div", { class: "edge early" }, el("span", {}, `−${duration(tolerance)}`)),
      el("div", { class: "edge middle" }, el("span", {}, "now")),
      el("div", { class: "edge late" }, el("span", {}, `+${duration(tolerance)}`)),
      el("div", { class: "marker" }, el("span", { class: "flag" })),
    );
    return el("figure", { class: "when" }, line, el("figcaption", {}, el("span", { class: "stamp" }), el("span", { class: "clock" })));
  });
}

/** Moves what moves. The clock ticks: nothing else is drawn again. */
export function moveTimeline(container, { claims, tolerance }, now) {
  const lines = container.querySelectorAll(".when");
  const dated = claims.filter(({ seconds }) => seconds !== undefined);
  for (const [index, line] of lines.entries()) {
    const { seconds } = dated[index];
    const skew = seconds - now;
    const isInside = Math.abs(skew) <= tolerance;
    const text = skewText(skew);
    const place = placeOf(skew, tolerance);
    line.querySelector(".marker").style.setProperty("--at", `${50 + place}%`);
    line.querySelector(".marker").dataset.side = place < -30 ? "start" : place > 30 ? "end" : "middle";
    line.dataset.inside = String(isInside);
    line.querySelector(".flag").textContent = text;
    line.querySelector(".stamp").textContent = `Signed ${moment(seconds)}`;
    line.querySelector(".clock").textContent = `Checked ${moment(now)}`;
    const where = isInside ? "inside" : "outside";
    line.querySelector(".timeline").setAttribute("aria-label", `Signed ${text}: ${where} the window of ${duration(tolerance)} around now`);
  }
}

function placeOf(skew, tolerance) {
  const share = Math.abs(skew) / Math.max(tolerance, 1);
  const far = share <= 1 ? share * WINDOW : WINDOW + (EDGE - WINDOW) * (1 - 1 / (1 + Math.log2(share)));
  // Just outside is to be seen outside.
  return Math.sign(skew) * (share > 1 ? Math.max(far, WINDOW + 2) : far);
}

function skewText(skew) {
  if (skew === 0) return "now";
  return skew < 0 ? `${duration(-skew)} ago` : `in ${duration(skew)}`;
}

const UNITS = [
  ["year", 31_557_600],
  ["day", 86_400],
  ["h", 3600],
  ["min", 60],
];

/** Short, for a person: "42 s", "5 min", "2 h 10 min", "3 days". */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "?";
  for (const [index, [unit, size]] of UNITS.entries()) {
    if (seconds < size) continue;
    const whole = Math.floor(seconds / size);
    if (index < 2) return count(whole, unit);
    const [smaller, smallerSize] = UNITS[index + 1] ?? ["s", 1];
    const rest = Math.floor((seconds % size) / smallerSize);
    return rest > 0 ? `${whole} ${unit} ${rest} ${smaller}` : `${whole} ${unit}`;
  }
  return `${Math.floor(seconds)} s`;
}

/** In UTC, as logs have it; the bare number where no date has it. */
export function moment(seconds) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return Number.isNaN(seconds) ? "at no time" : String(seconds);
  return date.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

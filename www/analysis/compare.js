// The payload beside the event that it became, line by line, and what happened to each.

import { MOST_LINES, bracket, inline, isNested, isObject, line, lines } from "./lines.js";

/**
 * @typedef {object} Row
 * @property {import("./lines.js").Line} [wire]
 * @property {import("./lines.js").Line} [typed]
 * @property {"normalised" | "dropped" | "renamed" | "made" | "extra"} [mark] undefined: as it came
 * @property {string} [note] what the mark says here
 */

/** @returns {{ rows: Row[], isWhole: boolean, counts: Record<string, number> }} `counts` of what is shown */
export function compare(wire, event) {
  const all = wire === undefined ? [] : event === undefined ? alone(wire) : together(wire, event);
  const rows = all.slice(0, MOST_LINES);
  const counts = {};
  for (const { wire: came, mark, note } of rows) {
    // If a mark spans lines, the first line has the note. Members in `extra` are counted at their original position.
    if (mark && note && (came || mark !== "extra")) counts[mark] = (counts[mark] ?? 0) + 1;
  }
  return { rows, isWhole: all.length <= MOST_LINES, counts };
}

function alone(value) {
  return lines(0, undefined, value).map((one) => ({ wire: one }));
}

function together(wire, event) {
  return event.event_type === "unknown" ? unknown(wire, event) : pair(0, undefined, wire, undefined, event, "");
}

/** An unknown event keeps the payload whole, beside a few names. */
function unknown(wire, { payload, ...names }) {
  const named = Object.entries(names).flatMap(([key, value]) => oneSided("typed", 1, key, value, "made"));
  named[0].note = "not known to this version";
  const whole = pair(1, undefined, wire, "payload", payload, "payload");
  Object.assign(whole[0], { mark: "extra", note: "kept whole, as it came" });
  return [{ typed: line(0, undefined, bracket("{")) }, ...named, ...whole, { typed: line(0, undefined, bracket("}")) }];
}

function pair(depth, wireKey, wire, typedKey, typed, path) {
  const whole = (mark, note) => beside(lines(depth, wireKey, wire), lines(depth, typedKey, typed), mark, note);
  if (JSON.stringify(wire) === JSON.stringify(typed)) return whole();
  if (isObject(wire) && isObject(typed)) {
    return enclosed(depth, wireKey, typedKey, "{}", members(depth + 1, wire, typed, path));
  }
  const isLong = !inline(wire) || !inline(typed);
  if (isLong && Array.isArray(wire) && Array.isArray(typed) && wire.length === typed.length) {
    return enclosed(depth, wireKey, typedKey, "[]", elements(depth + 1, wire, typed, path));
  }
  return whole("normalised", noteOf(wire, typed));
}

function noteOf(wire, typed) {
  if (Array.isArray(typed) && !Array.isArray(wire)) return isNested(wire) ? "now a list" : "now a list; name and email split";
  const [from, to] = Array.isArray(typed) ? [wire[0], typed[0]] : [wire, typed];
  return isObject(to) && !isNested(from) ? "name and email split" : "normalised";
}

function enclosed(depth, wireKey, typedKey, [open, close], inner) {
  return [
    { wire: line(depth, wireKey, bracket(open)), typed: line(depth, typedKey, bracket(open)) },
    ...inner,
    { wire: line(depth, undefined, bracket(close)), typed: line(depth, undefined, bracket(close)) },
  ];
}

function elements(depth, wire, typed, path) {
  const rows = [];
  for (const [index, element] of wire.entries()) {
    if (rows.length > MOST_LINES) break;
    rows.push(...pair(depth, undefined, element, undefined, typed[index], path));
  }
  return rows;
}

/** The members of an object, in the order of the wire; then what was made. */
function members(depth, wire, typed, path) {
  const rows = [];
  const done = new Set(["extra"]);
  for (const [key, value] of Object.entries(wire)) {
    if (rows.length > MOST_LINES) break;
    const name = nameOf(key, value, wire, typed, path);
    if (name === key) {
      rows.push(...pair(depth, key, value, key, typed[key], `${path}.${key}`));
    } else if (name !== undefined) {
      const renamed = pair(depth, key, value, name, typed[name], `${path}.${name}`);
      const [{ note }] = renamed;
      Object.assign(renamed[0], { mark: "renamed", note: `${key} renamed${note ? `; ${note}` : ""}` });
      rows.push(...renamed);
    } else if (Object.hasOwn(typed.extra ?? {}, key)) {
      rows.push(...oneSided("wire", depth, key, value, "extra", "goes to extra"));
    } else {
      rows.push(...oneSided("wire", depth, key, value, "dropped", whyDropped(key, value)));
    }
    if (name !== undefined) done.add(name);
  }
  for (const [key, value] of Object.entries(typed)) {
    if (done.has(key)) continue;
    rows.push(...oneSided("typed", depth, key, value, "made", Array.isArray(value) ? "lists are always there" : "added"));
  }
  if (Object.hasOwn(typed, "extra")) rows.push(...oneSided("typed", depth, "extra", typed.extra, "extra", "kept as it came"));
  return rows;
}

/** Returns the name of a member of the wire in the event, or undefined if the event does not have it. */
function nameOf(key, value, wire, typed, path) {
  if (key === "from_" && !Object.hasOwn(wire, "from") && Object.hasOwn(typed, "from")) return "from";
  if (key === "type" && path === "" && value === typed.event_type && !wire.event_type) return "event_type";
  return key !== "extra" && Object.hasOwn(typed, key) ? key : undefined;
}

function whyDropped(key, value) {
  if (value === null) return "null is absent";
  if (key === "type") return "always the same";
  return isObject(value) && Object.keys(value).length === 0 ? "empty is absent" : "not kept";
}

/** Rows with something on one side only. */
function oneSided(side, depth, key, value, mark, note) {
  return lines(depth, key, value).map((one, index) => ({ [side]: one, mark, ...(index === 0 && { note }) }));
}

function beside(left, right, mark, note) {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
    ...(left[index] && { wire: left[index] }),
    ...(right[index] && { typed: right[index] }),
    ...(mark && { mark }),
    ...(mark && index === 0 && { note }),
  }));
}

// The payload beside the event that it became, line by line, and what happened to each.

/** What is shown of a string, and of the whole. */
const MOST_CHARACTERS = 240;
const MOST_ROWS = 500;
/** Deeper than any event can be. */
const DEEPEST = 130;

/**
 * @typedef {object} Line
 * @property {number} depth
 * @property {string} [key]
 * @property {string} text
 * @property {"string" | "literal" | "bracket" | "more"} kind
 *
 * @typedef {object} Row
 * @property {Line} [wire]
 * @property {Line} [typed]
 * @property {"normalised" | "dropped" | "renamed" | "made" | "extra"} [mark] undefined: as it came
 * @property {string} [note] what the mark says here
 */

/** @returns {{ rows: Row[], isWhole: boolean, counts: Record<string, number> }} `counts` of what is shown */
export function compare(wire, event) {
  const all = wire === undefined ? [] : event === undefined ? alone("wire", wire) : together(wire, event);
  const rows = all.slice(0, MOST_ROWS);
  const counts = {};
  // Of a mark that spans lines, the first has the note.
  for (const { mark, note } of rows) if (mark && note) counts[mark] = (counts[mark] ?? 0) + 1;
  return { rows, isWhole: all.length <= MOST_ROWS, counts };
}

function together(wire, event) {
  return event.event_type === "unknown" ? unknown(wire, event) : pair(0, undefined, wire, undefined, event, "");
}

function alone(side, value) {
  return lines(0, undefined, value).map((line) => ({ [side]: line }));
}

/** An unknown event keeps the payload whole, beside a few names. */
function unknown(wire, { payload, ...names }) {
  const named = Object.entries(names).map(([key, value]) => ({ typed: lines(1, key, value)[0] }));
  const [first] = named;
  Object.assign(first, { mark: "made", note: "an event that this version does not know" });
  const whole = pair(1, undefined, wire, "payload", payload, "payload");
  Object.assign(whole[0], { mark: "extra", note: "kept whole, as it came" });
  return [{ typed: { depth: 0, text: "{", kind: "bracket" } }, ...named, ...whole, { typed: { depth: 0, text: "}", kind: "bracket" } }];
}

function pair(depth, wireKey, wire, typedKey, typed, path) {
  if (depth > DEEPEST) return beside(lines(depth, wireKey, wire), lines(depth, typedKey, typed));
  if (isObject(wire) && isObject(typed)) {
    return enclosed(depth, wireKey, typedKey, "{}", members(depth + 1, wire, typed, path));
  }
  if (Array.isArray(wire) && Array.isArray(typed) && wire.length === typed.length) {
    const elements = [];
    for (const [index, element] of wire.entries()) {
      if (elements.length > MOST_ROWS) break;
      elements.push(...pair(depth + 1, undefined, element, undefined, typed[index], path));
    }
    return enclosed(depth, wireKey, typedKey, "[]", elements);
  }
  const [left, right] = [lines(depth, wireKey, wire), lines(depth, typedKey, typed)];
  if (wire === typed) return beside(left, right);
  return beside(left, right, "normalised", noteOf(wire, typed));
}

function noteOf(wire, typed) {
  if (Array.isArray(typed) && !Array.isArray(wire)) return "made a list of addresses";
  if (isObject(typed)) return "taken apart into name and email";
  return "normalised";
}

function enclosed(depth, wireKey, typedKey, [open, close], inner) {
  if (inner.length === 0) {
    const empty = (key) => ({ depth, key, text: open + close, kind: "bracket" });
    return [{ wire: empty(wireKey), typed: empty(typedKey) }];
  }
  return [
    { wire: { depth, key: wireKey, text: open, kind: "bracket" }, typed: { depth, key: typedKey, text: open, kind: "bracket" } },
    ...inner,
    { wire: { depth, text: close, kind: "bracket" }, typed: { depth, text: close, kind: "bracket" } },
  ];
}

/** The members of an object, in the order of the wire; then what was made. */
function members(depth, wire, typed, path) {
  const rows = [];
  const done = new Set(["extra"]);
  for (const [key, value] of Object.entries(wire)) {
    if (rows.length > MOST_ROWS) break;
    const name = nameOf(key, value, wire, typed, path);
    if (name === key) {
      rows.push(...pair(depth, key, value, key, typed[key], `${path}.${key}`));
    } else if (name !== undefined) {
      const renamed = pair(depth, key, value, name, typed[name], `${path}.${name}`);
      Object.assign(renamed[0], { mark: "renamed", note: `${key} is ${name}` });
      rows.push(...renamed);
    } else if (Object.hasOwn(typed.extra ?? {}, key)) {
      rows.push(...one("wire", depth, key, value, "extra", "not known: see extra"));
    } else {
      rows.push(...one("wire", depth, key, value, "dropped", whyDropped(key, value)));
    }
    if (name !== undefined) done.add(name);
  }
  for (const [key, value] of Object.entries(typed)) {
    if (done.has(key)) continue;
    rows.push(...one("typed", depth, key, value, "made", Array.isArray(value) ? "lists are always there" : "added"));
  }
  if (Object.hasOwn(typed, "extra")) rows.push(...one("typed", depth, "extra", typed.extra, "extra", "kept as it came"));
  return rows;
}

/** What a member of the wire is called in the event; undefined where it is none of its members. */
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
function one(side, depth, key, value, mark, note) {
  return lines(depth, key, value).map((line, index) => ({ [side]: line, mark, ...(index === 0 && { note }) }));
}

function beside(left, right, mark, note) {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
    ...(left[index] && { wire: left[index] }),
    ...(right[index] && { typed: right[index] }),
    ...(mark && { mark }),
    ...(mark && index === 0 && { note }),
  }));
}

/** A value, as lines of JSON without commas. */
function lines(depth, key, value) {
  const start = { depth, ...(key !== undefined && { key: clip(key) }) };
  if (typeof value !== "object" || value === null) {
    const kind = typeof value === "string" ? "string" : "literal";
    return [{ ...start, text: kind === "string" ? quote(value) : String(value), kind }];
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Object.entries(value);
  if (entries.length === 0) return [{ ...start, text: open + close, kind: "bracket" }];
  if (depth > DEEPEST) return [{ ...start, text: `${open}…${close}`, kind: "more" }];
  const found = [{ ...start, text: open, kind: "bracket" }];
  for (const [name, member] of entries) {
    // A line more than is ever shown.
    if (found.length > MOST_ROWS) break;
    found.push(...lines(depth + 1, open === "[" ? undefined : name, member));
  }
  return [...found, { depth, text: close, kind: "bracket" }];
}

function quote(text) {
  const clipped = clip(text);
  return JSON.stringify(clipped) + (clipped === text ? "" : ` and ${(text.length - MOST_CHARACTERS).toLocaleString("en")} more`);
}

const clip = (text) => (text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text);

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// JSON as lines, short and without commas: for the eye, and never for a parser.

/** The maximum length of a string that is shown. */
const MOST_CHARACTERS = 240;
/** The maximum length of a value on one line. */
const MOST_INLINE = 68;
/** Deeper than any event can be. */
const DEEPEST = 130;
/** Lines that are ever shown. */
export const MOST_LINES = 500;

/**
 * @typedef {{ text: string, kind: "key" | "string" | "literal" | "bracket" }} Token
 * @typedef {{ depth: number, tokens: Token[] }} Line
 */

/** @returns {Line} */
export function line(depth, key, ...tokens) {
  return { depth, tokens: key === undefined ? tokens : [token("key", clip(key)), ...tokens] };
}

export const bracket = (text) => token("bracket", text);

/** @returns {Line[]} one, where it is short */
export function lines(depth, key, value) {
  const short = inline(value);
  if (short) return [line(depth, key, ...short)];
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (depth > DEEPEST) return [line(depth, key, bracket(`${open}…${close}`))];
  const found = [line(depth, key, bracket(open))];
  for (const [name, member] of Object.entries(value)) {
    if (found.length > MOST_LINES) break;
    found.push(...lines(depth + 1, open === "[" ? undefined : name, member));
  }
  return [...found, line(depth, undefined, bracket(close))];
}

/** The tokens of what fits on one line: text and numbers, and what holds a few of them. */
export function inline(value, depth = 0) {
  if (!isNested(value)) return [scalar(value)];
  if (depth > 2) return undefined;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Object.entries(value);
  if (entries.length === 0) return [bracket(open + close)];
  // One within another only where it is alone: a list of one address.
  if (entries.length > 4 || (entries.length > 1 && entries.some(([, member]) => isNested(member)))) return undefined;
  const values = entries.map(([, member]) => inline(member, depth + 1));
  if (values.includes(undefined)) return undefined;
  const members = values.map((value, index) => [...(open === "[" ? [] : [token("key", clip(entries[index][0]))]), ...value]);
  const tokens = [bracket(`${open} `), ...members.flatMap((member, index) => (index === 0 ? member : [bracket(", "), ...member])), bracket(` ${close}`)];
  return tokens.reduce((sum, { text }) => sum + text.length, 0) <= MOST_INLINE ? tokens : undefined;
}

function scalar(value) {
  if (typeof value !== "string") return token("literal", String(value));
  const clipped = clip(value);
  const more = clipped === value ? "" : ` and ${(value.length - MOST_CHARACTERS).toLocaleString("en")} more`;
  return token("string", JSON.stringify(clipped) + more);
}

const token = (kind, text) => ({ kind, text });

const clip = (text) => (text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text);

export const isNested = (value) => typeof value === "object" && value !== null;

export const isObject = (value) => isNested(value) && !Array.isArray(value);

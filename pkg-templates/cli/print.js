// Prints all output. Subjects, names and responses are untrusted text, so control characters, which a terminal would
// execute, are escaped.

import { EXIT } from "./failure.js";

/**
 * Control characters, line and paragraph separators, characters that change the direction of text, invisible tags, and
 * unpaired surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u{e0000}-\u{e007f}]/gu;

/** Returns text with unsafe characters escaped as in JSON. */
export function safe(text) {
  return String(text).replace(UNSAFE, (found) => {
    if (found === "\n") return "\\n";
    if (found === "\t") return "\\t";
    const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

/** Returns JSON on one line. Escapes characters that are valid in JSON, but unsafe in a terminal. */
export function safeJson(value) {
  return safe(JSON.stringify(value));
}

/** Returns JSON over several lines, for people. */
export function prettyJson(value) {
  return JSON.stringify(value, null, 2).split("\n").map(safe).join("\n");
}

/** Returns the function that adds a style to a text, or to one that has a style already. */
const styled = (style) => (text) => (typeof text === "object" ? { ...text, style: `${style};${text.style}` } : { style, text });
export const bold = styled("1");
export const dim = styled("2");
export const red = styled("31");
export const green = styled("32");
export const yellow = styled("33");
export const cyan = styled("36");

/** Writes lines to a stream, with colors if it is a terminal, unless the environment disables them. */
export class Printer {
  constructor(stream, environment) {
    this.stream = stream;
    this.hasColors = hasColors(stream, environment);
    // The reader may stop, as in `| head`, which is not a failure. A full disk is.
    stream.on("error", ({ code }) => {
      if (code !== "EPIPE") process.exit(EXIT.unavailable);
    });
  }

  /** Prints a line of parts, each a text or a text with a style. */
  line(...parts) {
    this.stream.write(`${parts.map((part) => this.#part(part)).join("")}\n`);
  }

  /** Prints a label of one or several parts, and a text, which is wrapped at the width of a terminal. */
  paragraph(label, text) {
    const parts = [label].flat();
    const indent = " ".repeat(parts.reduce((width, part) => width + (part.text ?? part).length, 0));
    const [first, ...more] = broken(safe(text), this.stream.columns - indent.length);
    this.line(...parts, first);
    for (const line of more) this.line(indent, line);
  }

  json(value) {
    this.stream.write(`${safeJson(value)}\n`);
  }

  /** Writes bytes unchanged, for output that is not a terminal. */
  raw(bytes) {
    this.stream.write(bytes);
  }

  /** Prints names and values in two columns. */
  table(rows, indent = "  ") {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, ...values] of rows) this.line(indent, dim(name.padEnd(width + 2)), ...values);
  }

  #part(part) {
    if (typeof part !== "object") return safe(part);
    const text = safe(part.text);
    return this.hasColors ? `\x1b[${part.style}m${text}\x1b[0m` : text;
  }
}

/** Returns `true` if colors are enabled. FORCE_COLOR takes precedence over NO_COLOR, as in Node. */
function hasColors({ isTTY }, { FORCE_COLOR, NO_COLOR, TERM }) {
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY === true && !NO_COLOR && TERM !== "dumb";
}

/** Wraps text, if the width is known and large enough. */
function broken(text, width) {
  if (!(width >= 40) || text === "") return [text];
  return text.match(new RegExp(`.{1,${width}}(?= |$)|\\S+`, "gu")).map((line) => line.trimStart());
}

const MOST = 200;

/** Prints a value as an indented tree, for people. Long text is cut. */
export function tree(printer, value, indent = "") {
  for (const [name, member] of Object.entries(value)) {
    if (Array.isArray(member) && member.some((element) => isObject(element) && !isAddress(element))) {
      printer.line(indent, cyan(name));
      for (const element of member) {
        if (isObject(element)) entry(printer, element, `${indent}  `);
        else printer.line(indent, "  - ", inline(element));
      }
    } else if (isObject(member) && !isAddress(member) && Object.keys(member).length > 0) {
      printer.line(indent, cyan(name));
      tree(printer, member, `${indent}  `);
    } else {
      printer.line(indent, cyan(name), "  ", Array.isArray(member) ? member.map(inline).join(", ") || dim("none") : inline(member));
    }
  }
}

/** Prints an object of a list. */
function entry(printer, element, indent) {
  printer.line(indent, "-");
  tree(printer, element, `${indent}  `);
}

function inline(value) {
  const text = isAddress(value) ? address(value) : typeof value === "string" ? value : JSON.stringify(value);
  const letters = [...text.slice(0, MOST * 2 + 2)];
  return letters.length > MOST ? `${letters.slice(0, MOST).join("")}… (${text.length} characters)` : text;
}

function address({ name, email }) {
  return name === undefined ? email : `${name} <${email}>`;
}

function isAddress(value) {
  return isObject(value) && typeof value.email === "string" && Object.keys(value).every((key) => key === "email" || key === "name");
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

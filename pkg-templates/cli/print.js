// All that is printed goes through here. Subjects, names and answers are strangers' text, and a terminal obeys what it
// is sent: no control character of theirs reaches it.

import { EXIT } from "./failure.js";

/**
 * Control characters, line and paragraph separators, what turns the direction of text around, tags that nobody sees,
 * and halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u{e0000}-\u{e007f}]/gu;

/** Text with what is unsafe escaped as in JSON. */
export function safe(text) {
  return String(text).replace(UNSAFE, (found) => {
    if (found === "\n") return "\\n";
    if (found === "\t") return "\\t";
    const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

/** JSON on one line, with escapes for what JSON allows and a terminal does not: the same value. */
export function safeJson(value) {
  return safe(JSON.stringify(value));
}

/** The same over several lines, for a person. */
export function prettyJson(value) {
  return JSON.stringify(value, null, 2).split("\n").map(safe).join("\n");
}

/** Of a text, or of one that has a style already. */
const styled = (style) => (text) => (typeof text === "object" ? { ...text, style: `${style};${text.style}` } : { style, text });
export const bold = styled("1");
export const dim = styled("2");
export const red = styled("31");
export const green = styled("32");
export const yellow = styled("33");
export const cyan = styled("36");

/** Writes lines to a stream; with colours where that is a terminal, and the environment says nothing else. */
export class Printer {
  constructor(stream, environment) {
    this.stream = stream;
    this.hasColors = hasColors(stream, environment);
    // Who reads may stop reading, `| head`, and that is no fault. A full disk is one.
    stream.on("error", ({ code }) => {
      if (code !== "EPIPE") process.exit(EXIT.unavailable);
    });
  }

  /** A line of parts, each a text or a text with a style. */
  line(...parts) {
    this.stream.write(`${parts.map((part) => this.#part(part)).join("")}\n`);
  }

  /** A label, of one part or several, and a text behind it: where a terminal ends, it is broken between words. */
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

  /** Bytes as they are: for what is not a terminal. */
  raw(bytes) {
    this.stream.write(bytes);
  }

  /** Names and values in two columns. */
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

/** FORCE_COLOR counts more than NO_COLOR, as in Node. */
function hasColors({ isTTY }, { FORCE_COLOR, NO_COLOR, TERM }) {
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY === true && !NO_COLOR && TERM !== "dumb";
}

/** Lines of a width, if there is one and it is worth it. */
function broken(text, width) {
  if (!(width >= 40) || text === "") return [text];
  return text.match(new RegExp(`.{1,${width}}(?= |$)|\\S+`, "gu")).map((line) => line.trimStart());
}

const MOST = 200;

/** A value as an indented tree, for a person: long text is cut. */
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

/** An object of a list. */
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

// The output of the demo, to a terminal or a file.

import { STATUS_CODES } from "node:http";

export const WIDTH = 96;
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = style(1);
export const dim = style(2);
export const red = style(31);
export const green = style(32);

/** Prints a text in lines that fit, each after an indentation, the first one after `label`. */
export function fold(label, text, indent = "", paint = (line) => line) {
  const margin = indent + " ".repeat(label.replaceAll(/\x1b\[\d+m/g, "").length);
  let start = indent + label;
  let line = "";
  const flush = () => {
    console.log(start + paint(line));
    start = margin;
    line = "";
  };
  for (const word of text.trim().split(/\s+/)) {
    if (line && margin.length + line.length + 1 + word.length > WIDTH) flush();
    line += line ? ` ${word}` : word;
  }
  flush();
}

/** Prints what the application answered and saw. */
export function show(status, { code, message, hint, saw }, { hint: withHint }) {
  const indent = "      ";
  if (code !== undefined) {
    fold(`${bold(`${status} ${code}`)}  `, message ?? "", indent);
    if (withHint) fold("hint: ", hint ?? "", indent, dim);
    return;
  }
  console.log(indent + bold(`${status} ${STATUS_CODES[status]}`));
  const width = Math.max(...Object.keys(saw).map((name) => name.length));
  for (const [name, value] of Object.entries(saw)) {
    fold(`${dim(name.padEnd(width))}  `, typeof value === "string" ? value : JSON.stringify(value), indent);
  }
}

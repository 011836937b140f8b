// Words for a shell, which a terminal can show.

import { safe } from "./print.js";

/** A word of a shell: text or bytes, in quotes. What a terminal would obey is escaped, as bash and zsh understand it. */
export function quote(word) {
  const bytes = Buffer.from(word);
  const text = bytes.toString("utf8");
  const isPlain = Buffer.from(text).equals(bytes) && safe(text) === text;
  if (isPlain) return `'${text.replaceAll("'", `'\\''`)}'`;
  const isPrintable = (byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
  // Three octal digits: a digit that follows belongs to no escape.
  const letters = Array.from(bytes, (byte) => (isPrintable(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`));
  return `$'${letters.join("")}'`;
}

// Quotes words for a shell, without characters that are unsafe in a terminal.

import { safe } from "./print.js";

/** Quotes text or bytes as a word for a shell. Escapes unsafe characters in the syntax of bash and zsh. */
export function quote(word) {
  const bytes = Buffer.from(word);
  const text = bytes.toString("utf8");
  const isPlain = Buffer.from(text).equals(bytes) && safe(text) === text;
  if (isPlain) return `'${text.replaceAll("'", `'\\''`)}'`;
  const isPrintable = (byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
  // Three octal digits, so that a digit that follows is not part of the escape.
  const letters = Array.from(bytes, (byte) => (isPrintable(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`));
  return `$'${letters.join("")}'`;
}

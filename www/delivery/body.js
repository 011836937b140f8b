// The body: bytes, for it is bytes that were signed. A text field holds most of them, but not all.

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** In a text field, more than this makes typing slow. */
const MOST_IN_A_FIELD = 200_000;

export const encode = (text) => encoder.encode(text);

/** Bytes as text; what is no UTF-8 becomes U+FFFD. */
export const decode = (bytes) => lenient.decode(bytes);

/** Text, or undefined where the bytes are none. */
export function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Why a text field would change these bytes, or be slow with them; undefined where it serves. */
export function whyNoField(bytes) {
  const text = textOf(bytes);
  if (text === undefined) return "is not UTF-8";
  if (text.includes("\r")) return "has CR LF line breaks, which a text field would change";
  if (bytes.length > MOST_IN_A_FIELD) return "is long";
  return undefined;
}

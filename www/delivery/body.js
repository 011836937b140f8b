// The body as bytes, because the signature is of bytes. A text field can hold most bodies, but not all.

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** A longer text makes typing in a text field slow. */
const MOST_IN_A_FIELD = 200_000;

export const encode = (text) => encoder.encode(text);

/** Returns bytes as text. Invalid UTF-8 becomes U+FFFD. */
export const decode = (bytes) => lenient.decode(bytes);

/** Returns bytes as text, or undefined if they are not UTF-8. */
export function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns why a text field would change these bytes or be slow, or undefined if it would not. */
export function whyNoField(bytes) {
  const text = textOf(bytes);
  if (text === undefined) return "is not UTF-8";
  if (text.includes("\r")) return "has CR LF line breaks, which a text field would change";
  if (bytes.length > MOST_IN_A_FIELD) return "is long";
  return undefined;
}

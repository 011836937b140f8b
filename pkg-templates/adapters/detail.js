// The message of an error, for a line that begins with its code.

/** Returns the message without the words of the code at its beginning. */
export function detail({ code, message }) {
  const words = code.replaceAll("_", " ");
  const isRepeated = message.toLowerCase().startsWith(words);
  return isRepeated ? message.slice(words.length).replace(/^:? /, "") : message;
}

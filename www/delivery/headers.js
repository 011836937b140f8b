// Headers as people paste them, and as pairs.

/** A token, as HTTP has it. */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Characters that are invalid in HTTP values. In a command, they would end the value or begin another header. */
const CONTROL = /[\0-\x08\n-\x1f\x7f]/;
/** The look-behind keeps it linear: in a long word that is no name, there is one place to begin. */
const LOGGED = /(?:'([\w-]+)'|(?<![\w-])([\w-]+)):\s*(['"`])(.*?)\3/g;

/**
 * Pairs; or text, which is lines of `Name: value`, or an object, as a log shows one.
 * @param {string | [string, string][]} headers
 * @returns {{ pairs: [string, string][], stray: string[] }} `stray` is what is no header, a line each
 */
export function readHeaders(headers) {
  const pairs = [];
  const stray = [];
  for (const [name, value, line = `${name}: ${value}`] of entriesOf(headers)) {
    if (NAME.test(name) && !CONTROL.test(value)) pairs.push([name, value]);
    else stray.push(line);
  }
  return { pairs, stray };
}

/** Returns the headers as the text of a field. */
export function writeHeaders(headers) {
  return typeof headers === "string" ? headers : headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}

function entriesOf(headers) {
  if (typeof headers !== "string") return headers;
  const text = headers.trim();
  return /^[[{]/.test(text) ? entriesOfObject(text) : entriesOfLines(text);
}

function entriesOfLines(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return lines.map((line) => {
    const at = line.indexOf(":");
    // Servers take the spaces around a value away before anybody sees it.
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim(), line];
  });
}

/** JSON, or what Node's `console.log(headers)` prints, which quotes with apostrophes. */
function entriesOfObject(text) {
  try {
    const value = JSON.parse(text);
    const entries = Array.isArray(value) ? value : Object.entries(value);
    return entries.flatMap(([name, values]) => [values].flat().map((one) => [String(name), String(one)]));
  } catch {
    const entries = Array.from(text.matchAll(LOGGED), ([, name, plain, , value]) => [name ?? plain, value]);
    return entries.length > 0 ? entries : [["", "", text.split("\n", 1)[0]]];
  }
}

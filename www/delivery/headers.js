// Headers as people paste them, and as pairs.

/**
 * Lines of `Name: value`; or an object, as a log shows one.
 * @returns {{ pairs: [string, string][], stray: string[] }} `stray` are lines that are no header
 */
export function readHeaders(text) {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) return readObject(trimmed);
  const pairs = [];
  const stray = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.trim()) continue;
    const at = line.indexOf(":");
    const name = line.slice(0, at).trim();
    // Servers take the spaces around a value away before anybody sees it.
    if (at > 0 && /^[!#$%&'*+.^_`|~\w-]+$/.test(name)) pairs.push([name, line.slice(at + 1).trim()]);
    else stray.push(line.trim());
  }
  return { pairs, stray };
}

/** JSON, or what Node's `console.log(headers)` prints, which quotes with apostrophes. */
function readObject(text) {
  try {
    const value = JSON.parse(text);
    const entries = Array.isArray(value) ? value : Object.entries(value);
    const pairs = entries.flatMap(([name, values]) => [values].flat().map((one) => [String(name), String(one)]));
    return { pairs, stray: [] };
  } catch {
    const pairs = [];
    for (const [, name, plain, , value] of text.matchAll(/(?:'([\w-]+)'|([\w-]+)):\s*(['"`])(.*?)\3/g)) {
      pairs.push([name ?? plain, value]);
    }
    return { pairs, stray: pairs.length ? [] : [text.split("\n", 1)[0]] };
  }
}

export function writeHeaders(pairs) {
  return pairs.map(([name, value]) => `${name}: ${value}`).join("\n");
}

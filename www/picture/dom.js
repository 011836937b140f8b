// Elements. Text is only ever set as text: what is shown was written by strangers.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Properties that are no attributes (`onclick`, `hidden`) are set as they are; `class`, `aria-*` and
 * the like are attributes.
 * @param {...(Node | string | number | undefined | null | false)} children
 */
export function el(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === false) continue;
    if (key in element && key !== "list") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** A symbol of the sheet in index.html. It says nothing by itself: words stand beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** For those who hear the page. */
export const hidden = (text) => el("span", { class: "visually-hidden" }, text);

/** The icon and the word for a verdict: never a colour alone. */
export const VERDICTS = {
  pass: { icon: "check", word: "pass" },
  fail: { icon: "cross", word: "fail" },
  warn: { icon: "clock", word: "stale" },
  info: { icon: "info", word: "note" },
  none: { icon: "dash", word: "nothing to check" },
};

/** A number with its unit: "1 byte", "1,204 bytes". */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Replaces what an element holds. */
export function fill(element, children) {
  const nodes = [children].flat(2).filter((child) => child !== undefined && child !== null && child !== false);
  element.replaceChildren(...nodes);
}

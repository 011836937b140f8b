// Validates arguments when the server starts, because a misspelled option would be ignored silently.

import { nearest } from "./nearest.js";

const DOCUMENTATION = "https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/";

/** Returns checks whose errors link to a page. `toError` creates an error from `{ message, hint }`. */
export function checksOf(page, toError) {
  const refuse = (message, help) => {
    throw toError({ message, hint: `${help ? `${help} ` : ""}see ${DOCUMENTATION}${page}` });
  };
  return {
    refuse,
    check: (name, isGood, expected, help) => {
      if (!isGood) refuse(`${name} is not ${expected}`, help);
    },
    /** Rejects unknown names. `what` is the word for one of them. */
    checkNames: (given, known, what) => {
      for (const name of Object.keys(given)) {
        if (known.includes(name)) continue;
        const meant = nearest(name, known);
        refuse(`there is no ${what} ${name}`, meant ? `did you mean ${meant}?` : `there are ${known.join(", ")};`);
      }
    },
  };
}

export function isObject(value) {
  return typeof value === "object" && value !== null;
}

export function isFunction(value) {
  return typeof value === "function";
}

/** Returns `true` if an object has these methods. */
export function has(value, ...names) {
  return names.every((name) => isFunction(value?.[name]));
}

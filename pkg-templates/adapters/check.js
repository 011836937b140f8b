// Whether arguments make sense, when the server starts: what a misspelled name was to do would be missed in silence.

import { nearest } from "./nearest.js";

const DOCUMENTATION = "https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/";

/** The checks of what a page documents. `toError` makes an error of `{ message, hint }`. */
export function checksOf(page, toError) {
  const refuse = (message, help) => {
    throw toError({ message, hint: `${help ? `${help} ` : ""}see ${DOCUMENTATION}${page}` });
  };
  return {
    refuse,
    check: (name, isGood, expected, help) => {
      if (!isGood) refuse(`${name} is not ${expected}`, help);
    },
    /** `what` names one of them. */
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

/** Whether an object has methods. */
export function has(value, ...names) {
  return names.every((name) => isFunction(value?.[name]));
}

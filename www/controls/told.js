// Short messages, seen and heard.

import { byId } from "../picture/dom.js";

const SHOWN_FOR = 6000;
let timer;

export function tell(text) {
  const toast = byId("told");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => {
    toast.classList.remove("shown");
    toast.textContent = "";
  }, SHOWN_FOR);
}

/** Heard only. The same text is not said again. */
export function announce(text) {
  const region = byId("announced");
  if (region.textContent !== text) region.textContent = text;
}

/** @param text a function, asked when it is wanted */
export function copyButton(id, text, said) {
  byId(id).onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      tell(said());
    } catch {
      tell("The browser did not allow copying.");
    }
  };
}

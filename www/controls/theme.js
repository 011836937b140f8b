// Light, dark, or as the system has it: the one thing that is remembered.

import { byId } from "../picture/dom.js";

const NEXT = { system: "light", light: "dark", dark: "system" };
const NAMES = { system: "Auto", light: "Light", dark: "Dark" };

export function themeControl() {
  const button = byId("theme");
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.querySelector("span").textContent = NAMES[theme];
    button.setAttribute("aria-label", `Colours: ${NAMES[theme]}`);
  };
  show(remembered());
  button.onclick = () => {
    const theme = NEXT[document.documentElement.dataset.theme];
    show(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Without storage, the choice is lost when the page is closed.
    }
  };
}

function remembered() {
  try {
    const theme = localStorage.getItem("theme");
    return Object.hasOwn(NEXT, theme ?? "") ? theme : "system";
  } catch {
    return "system";
  }
}

// On a narrow screen, one side of the event at a time.

import { byId } from "../picture/dom.js";

export function sidesControl() {
  const show = (side) => {
    byId("step-event").dataset.side = side;
    for (const name of ["wire", "typed"]) byId(`side-${name}`).setAttribute("aria-pressed", String(name === side));
  };
  for (const name of ["wire", "typed"]) byId(`side-${name}`).onclick = () => show(name);
  show("typed");
}

// The secrets, each with its scheme. During a rotation there are two.

import { SCHEMES } from "../analysis/schemes.js";
import { isMadeUp } from "../generator/make.js";
import { byId, el, icon } from "../picture/dom.js";

/** The library takes no more. */
const MOST = 16;

export function secretsControl(state) {
  const [list, reveal, add, note] = ["secrets", "reveal", "add-secret", "secret-note"].map(byId);
  let shown = true;

  const change = (index, part, source) => {
    const secrets = state.get().secrets.map((secret, at) => (at === index ? { ...secret, ...part } : secret));
    state.set({ secrets }, source);
  };

  const row = ({ secret, scheme }, index, { length }) => {
    const field = el("input", {
      id: `secret-${index}`,
      class: "mono",
      type: shown ? "text" : "password",
      value: secret,
      autocomplete: "off",
      spellcheck: false,
      placeholder: scheme === "standard" ? "whsec_…" : "the secret",
      "aria-describedby": "secret-note",
      oninput: () => change(index, { secret: field.value }, list),
    });
    const select = el(
      "select",
      { id: `scheme-${index}`, "aria-label": `Scheme of secret ${index}`, onchange: () => change(index, { scheme: select.value }, list) },
      ...SCHEMES.map((name) => el("option", { value: name, selected: name === scheme }, name)),
    );
    const remove = el(
      "button",
      {
        type: "button",
        class: "quiet remove",
        "aria-label": `Remove secret ${index}`,
        hidden: length === 1,
        onclick: () => {
          state.set({ secrets: state.get().secrets.filter((_, at) => at !== index) });
          byId(`secret-${Math.max(0, index - 1)}`).focus();
        },
      },
      icon("cross"),
    );
    return el("li", {}, el("label", { htmlFor: field.id }, `Secret ${index}`), el("span", { class: "help", "aria-hidden": "true" }, "scheme"), select, remove, field);
  };

  const draw = ({ secrets }, source) => {
    add.disabled = secrets.length >= MOST;
    note.textContent = secrets.some(({ secret }) => isMadeUp(secret)) ? "This secret is for the samples. Replace it with the secret of your endpoint." : "";
    // Do not render the field that has the focus.
    if (source !== list) list.replaceChildren(...secrets.map(row));
  };

  add.onclick = () => {
    const { secrets } = state.get();
    state.set({ secrets: [...secrets, { secret: "", scheme: secrets.at(-1).scheme }] });
    byId(`secret-${secrets.length}`).focus();
  };
  reveal.onclick = () => {
    shown = !shown;
    reveal.querySelector("span").textContent = shown ? "Hide" : "Show";
    for (const field of list.querySelectorAll("input")) field.type = shown ? "text" : "password";
  };
  state.onChange(draw);
  draw(state.get());
}

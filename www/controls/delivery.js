// Headers and body: typed, pasted, dropped, or read out of a recorded request.

import { decode, encode, textOf, whyNoField } from "../delivery/body.js";
import { writeHeaders } from "../delivery/headers.js";
import { readRequests } from "../delivery/import.js";
import { byId, count, el } from "../picture/dom.js";
import { tell } from "./told.js";

export function deliveryControl(state) {
  fields(state);
  const read = importer(state);
  files(state, read);
  byId("clear").onclick = () => {
    state.set({ headers: "", body: new Uint8Array() });
    byId("headers").focus();
  };
}

function fields(state) {
  const [headers, body, held] = [byId("headers"), byId("body"), byId("body-held")];
  headers.oninput = () => state.set({ headers: headers.value }, headers);
  body.oninput = () => state.set({ body: encode(body.value) }, body);
  body.onpaste = (event) => {
    const text = event.clipboardData.getData("text/plain");
    const replacesAll = body.selectionEnd - body.selectionStart === body.value.length;
    // The field would make LF of CR LF, and the signature would not match.
    if (replacesAll && whyNoField(encode(text))) {
      event.preventDefault();
      state.set({ body: encode(text) });
      byId("body-edit").focus();
    }
  };
  byId("body-edit").onclick = () => {
    body.value = decode(state.get().body);
    state.set({ body: encode(body.value) }, body);
    show(state.get().body, undefined);
    body.focus();
  };
  byId("body-remove").onclick = () => {
    state.set({ body: new Uint8Array() });
    body.focus();
  };

  const show = (bytes, why) => {
    body.hidden = why !== undefined;
    held.hidden = why === undefined;
    held.querySelector("p").textContent = `Held as it is: it ${why}.`;
    byId("body-size").textContent = `${count(bytes.length, "byte")}${textOf(bytes) === undefined ? ", not UTF-8" : ""}`;
  };
  const draw = (current, source) => {
    if (source !== headers && headers.value !== current.headers) headers.value = current.headers;
    if (source === body) return show(current.body, undefined);
    const why = whyNoField(current.body);
    show(current.body, why);
    const text = why ? "" : decode(current.body);
    if (body.value !== text) body.value = text;
  };
  state.onChange(draw);
  draw(state.get());
}

/** The part that takes requests apart; gives the function that does it. */
function importer(state) {
  const [toggle, panel, field, choose, note] = ["import-toggle", "import", "request", "choose", "import-note"].map(byId);
  let found = [];

  const open = (isOpen) => {
    panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  const say = (text, isError) => {
    note.textContent = text;
    note.hidden = text === "";
    note.classList.toggle("error", isError);
    if (text) tell(text);
  };
  const take = ({ headers, body, from }) => {
    state.set({ headers: writeHeaders(headers), body });
    say(`Read ${from}: ${count(headers.length, "header")}, a body of ${count(body.length, "byte")}.`, false);
  };
  const read = (bytes) => {
    try {
      found = readRequests(bytes);
    } catch (error) {
      open(true);
      return say(error.message, true);
    }
    const several = found.length > 1;
    [choose.hidden, byId("choose-label").hidden] = [!several, !several];
    choose.replaceChildren(...found.map(({ label }, index) => el("option", { value: index }, label)));
    open(several);
    take(found[0]);
  };

  toggle.onclick = () => {
    open(panel.hidden);
    if (!panel.hidden) field.focus();
  };
  byId("read").onclick = () => {
    read(encode(field.value));
    if (panel.hidden) toggle.focus();
  };
  choose.onchange = () => take(found[Number(choose.value)]);
  // A whole request is understood wherever it is pasted.
  byId("headers").onpaste = (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!looksLikeRequest(text)) return;
    event.preventDefault();
    read(encode(text));
  };
  return read;
}

function files(state, read) {
  const [input, dropping] = [byId("file"), byId("dropping")];
  byId("open").onclick = () => input.click();
  input.onchange = async () => {
    if (input.files[0]) await take(input.files[0]);
    // The same file can be chosen again.
    input.value = "";
  };
  const take = async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (looksLikeRequest(textOf(bytes) ?? "")) return read(bytes);
    state.set({ body: bytes });
    tell(`The body is now ${file.name}: ${count(bytes.length, "byte")}.`);
  };
  const has = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    dropping.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) dropping.hidden = true;
  });
  addEventListener("drop", async (event) => {
    if (!has(event)) return;
    event.preventDefault();
    dropping.hidden = true;
    if (event.dataTransfer.files[0]) await take(event.dataTransfer.files[0]);
  });
}

/** A `curl` command, a HAR, or a request with its first line. */
function looksLikeRequest(text) {
  const start = text.trimStart().slice(0, 4000);
  return /^(\$ )?curl\s/.test(start) || /^[A-Z]+ \S+ HTTP\/\d/.test(start) || /^\{\s*"log"\s*:/.test(start);
}

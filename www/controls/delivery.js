// Headers and body: typed, pasted, dropped, or read out of a recorded request.

import { decode, encode, textOf, whyNoField } from "../delivery/body.js";
import { writeHeaders } from "../delivery/headers.js";
import { looksLikeRequest, readRequest } from "../delivery/import.js";
import { isMadeUp } from "../generator/make.js";
import { byId, count, el } from "../picture/dom.js";
import { plain } from "../picture/visible.js";
import { tell } from "./told.js";

export function deliveryControl(state) {
  fields(state);
  const { read, open } = importer(state);
  files(state, read);
  const clear = () => {
    // The secret of a sample explains no other delivery.
    const secrets = state.get().secrets.map(({ secret, scheme }) => ({ secret: isMadeUp(secret) ? "" : secret, scheme }));
    state.set({ headers: "", body: new Uint8Array(), secrets });
  };
  byId("clear").onclick = () => {
    clear();
    byId("headers").focus();
  };
  byId("own").onclick = () => {
    clear();
    open(true);
    byId("request").focus();
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
    held.querySelector("p").textContent = `Kept unchanged: it ${why}.`;
    byId("body-size").textContent = `${count(bytes.length, "byte")}${textOf(bytes) === undefined ? ", not UTF-8" : ""}`;
  };
  const draw = (current, source) => {
    const lines = writeHeaders(current.headers);
    if (source !== headers && headers.value !== lines) headers.value = lines;
    if (source === body) return show(current.body, undefined);
    const why = whyNoField(current.body);
    show(current.body, why);
    const text = why ? "" : decode(current.body);
    if (body.value !== text) body.value = text;
  };
  state.onChange(draw);
  draw(state.get());
}

/** The part that takes requests apart; gives the functions that do it, and that show it. */
function importer(state) {
  const [toggle, panel, field, choose, note] = ["import-toggle", "import", "request", "choose", "import-note"].map(byId);
  let several;
  /** The body that the note is about. */
  let told = state.get().body;

  const open = (isOpen) => {
    panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  const say = (text, isError) => {
    note.textContent = text;
    note.hidden = false;
    note.className = isError ? "error" : "note";
    // The user may look at another part of the page. Scroll immediately, so that the next focus does not scroll again.
    byId("bench").scrollIntoView({ behavior: "instant" });
  };
  const offer = (entries) => {
    byId("choices").hidden = entries.length === 0;
    choose.replaceChildren(el("option", { value: "" }, "Choose one"), ...entries.map(({ entry, label }) => el("option", { value: entry }, label)));
    // Every choice is then a change.
    choose.value = "";
  };
  const read = (bytes, entry) => {
    const { headers, body, from, notes, entries, problem } = readRequest(bytes, entry);
    if (problem !== undefined) {
      several = bytes;
      told = state.get().body;
      open(true);
      offer(entries ?? []);
      return say(problem, !entries);
    }
    if (entry === undefined) {
      offer([]);
      open(false);
    }
    told = body;
    state.set({ headers, body });
    const read = `Read ${from}: ${count(headers.length, "header")}, a body of ${count(body.length, "byte")}`;
    return say(`${[read, ...notes].join("; ")}.`, false);
  };

  toggle.onclick = () => {
    open(panel.hidden);
    if (!panel.hidden) field.focus();
  };
  const take = (text) => {
    read(encode(text));
    if (!byId("choices").hidden) return choose.focus();
    if (!panel.hidden) return;
    field.value = "";
    // The focused element is gone. Focus the secret, which is needed next.
    byId("secret-0").focus();
  };
  byId("read").onclick = () => take(field.value);
  // A pasted request needs no button. The field would convert its CR LF to LF.
  field.onpaste = (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (field.selectionEnd - field.selectionStart === field.value.length) setTimeout(() => take(text));
  };
  choose.onchange = () => choose.value && read(several, Number(choose.value));
  // The note is about another delivery.
  state.onChange(({ body }) => {
    if (body !== told) note.hidden = true;
  });
  // A whole request is understood wherever it is pasted.
  byId("headers").onpaste = (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!looksLikeRequest(text)) return;
    event.preventDefault();
    read(encode(text));
  };
  return { read, open };
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
    if (isRequest(bytes)) return read(bytes);
    state.set({ body: bytes });
    tell(`The body is now ${plain(file.name)}: ${count(bytes.length, "byte")}.`);
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

/** Returns `true` if a file is a request, and not a body. JSON may be either. */
function isRequest(bytes) {
  const text = textOf(bytes) ?? "";
  if (looksLikeRequest(text)) return true;
  if (!/^\s*[[{]/.test(text)) return false;
  const { headers, entries } = readRequest(bytes);
  return headers !== undefined || entries !== undefined;
}

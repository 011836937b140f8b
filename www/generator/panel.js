// The generator: choices on one side, code on the other.

import { SCHEMES } from "../analysis/schemes.js";
import { systemTime } from "../controls/clock.js";
import { copyButton, tell } from "../controls/told.js";
import { WebhookError } from "../library.js";
import { byId, el, fill } from "../picture/dom.js";
import { curl, javascript, rust } from "./code.js";
import { DEMO_SECRETS, DIALECTS, EVENT_TYPES, FAULTS, dialectsOf, faultsOf, make } from "./make.js";

const NOTES = {
  curl: "Receivers refuse it after five minutes.",
  javascript: "Set AGENTMAIL_WEBHOOK_SECRET to the secret.",
  rust: "It is received at the time of its signature. Set AGENTMAIL_WEBHOOK_SECRET to the secret.",
};

export function generator(state) {
  const [event, dialect, scheme, secret, fault, url] = ["event", "dialect", "scheme", "secret", "fault", "url"].map((name) => byId(`make-${name}`));
  let language = "curl";
  let made;

  event.replaceChildren(...groups());
  event.value = "message.received";
  options(scheme, SCHEMES, (name) => name);
  secret.value = DEMO_SECRETS.standard;

  const remake = () => {
    options(dialect, dialectsOf(event.value), (name) => DIALECTS[name].name);
    byId("dialect-note").textContent = DIALECTS[dialect.value].note;
    options(fault, faultsOf(scheme.value), (name) => FAULTS[name].name);
    const wanted = { eventType: event.value, dialect: dialect.value, scheme: scheme.value, secret: secret.value, fault: fault.value };
    const now = systemTime();
    made = undefined;
    let problem;
    try {
      made = { ...make(wanted, now), now, url: url.value, scheme: scheme.value, isGenuine: ["none", "rotation"].includes(fault.value) };
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      problem = `${error.message}. ${error.hint}`;
    }
    secret.setAttribute("aria-invalid", String(problem !== undefined));
    byId("code").textContent = made ? codeOf(language, made) : problem;
    byId("code-note").textContent = made && language === "javascript" && !made.isGenuine ? NOTES.curl : NOTES[language];
    for (const id of ["make-load", "copy-code"]) byId(id).disabled = !made;
  };

  for (const field of [event, dialect, fault]) field.onchange = remake;
  for (const field of [secret, url]) field.oninput = remake;
  scheme.onchange = () => {
    // Each scheme has a secret of its own, unless one was typed.
    if (Object.values(DEMO_SECRETS).includes(secret.value)) secret.value = DEMO_SECRETS[scheme.value];
    remake();
  };
  for (const name of Object.keys(NOTES)) {
    byId(`code-${name}`).onclick = () => {
      language = name;
      for (const other of Object.keys(NOTES)) byId(`code-${other}`).setAttribute("aria-pressed", String(other === name));
      remake();
    };
  }
  byId("make-load").onclick = () => {
    // Signed anew: what was made an hour ago is stale.
    remake();
    state.set(deliveryOf(made));
    byId("picture").scrollIntoView();
    byId("picture").focus({ preventScroll: true });
    tell("The sample is loaded above.");
  };
  copyButton(
    "copy-code",
    () => {
      remake();
      return byId("code").textContent;
    },
    () => "Copied.",
  );
  remake();
}

/** Converts a sample into the state of the page. */
export function deliveryOf({ pairs, body, secrets }) {
  return { headers: pairs, body, secrets, fixed: undefined };
}

function codeOf(language, made) {
  if (language === "curl") return curl(made.url, made.pairs, made.body);
  return language === "javascript" ? javascript(made) : rust(made);
}

/** Event types by what they are about. */
function groups() {
  const subjects = Map.groupBy ? Map.groupBy(EVENT_TYPES, subjectOf) : groupBy(EVENT_TYPES, subjectOf);
  return [...subjects].map(([label, types]) => el("optgroup", { label }, ...types.map((type) => el("option", { value: type }, type === "unknown" ? "an event type of the future" : type))));
}

function subjectOf(type) {
  const [subject] = type.split(".");
  return { message: "Messages", domain: "Domains", calendar: "Calendar", mail: "Agents with an identity" }[subject] ?? "Unknown";
}

function groupBy(values, key) {
  const groups = new Map();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

/** Offers values, and keeps what was chosen where it is still there. */
function options(select, values, nameOf) {
  const { value } = select;
  fill(select, values.map((one) => el("option", { value: one }, nameOf(one))));
  select.value = values.includes(value) ? value : values[0];
}

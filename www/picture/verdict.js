// The verdict: what a receiver with these secrets makes of the delivery, in one line and in one word for each step.

import { VERDICTS, el, hidden, icon } from "./dom.js";

/** Guesses of `explain` that say what would have verified. They say more than that nothing matches. */
const GUESSES = ["payload", "key", "scheme", "header_set"];

/** @returns {{ tone: "good" | "warn" | "bad" | "none", title: string, text: string, answer?: string, isOfTime?: boolean }} */
export function judge({ isEmpty, isSecretMissing, outcome, verified, checks, rows }) {
  if (isEmpty) {
    return { tone: "none", title: "Nothing to check yet", text: "Paste a delivery, drop a file, or choose a sample." };
  }
  const { value, error } = outcome;
  if (value) {
    const { scheme, secretIndex, event } = value;
    const signed = `Secret ${secretIndex} signed it under scheme ${scheme}, inside the replay window.`;
    const unprotected = `Secret ${secretIndex} signed it. Scheme body has no timestamp: it verifies forever.`;
    const text = scheme === "body" ? unprotected : signed;
    return event.event_type === "unknown"
      ? { tone: "good", title: "Genuine, of an unknown event type", text: `${text} Its event is newer than this version, and is passed on unchanged.`, answer: "200" }
      : { tone: "good", title: "Genuine", text, answer: "200" };
  }
  const answer = `${error.status} ${error.code}`;
  if (verified) return { tone: "warn", title: "Genuine, but not an event", text: sentence(error.message), answer };
  if (/^timestamp_too/.test(error.code) && rows.some(({ cells }) => cells.includes("match"))) {
    const side = error.code.endsWith("old") ? "too old" : "too new";
    const advice = adviceOf(checks, ["timestamp"]);
    return { tone: "warn", title: `Signed by your secret, but ${side}`, text: sentence(advice ?? error.message), answer, isOfTime: true };
  }
  if (isSecretMissing) {
    return { tone: "none", title: "Add the secret", text: "The secret is empty: paste the secret of the endpoint that received the delivery.", answer };
  }
  const guess = adviceOf(checks, GUESSES);
  if (guess) return { tone: "bad", title: "Refused, for this reason", text: sentence(guess.replace(/^verifies/, "it verifies")), answer };
  if (error.status === 500) return { tone: "bad", title: "Wrong configuration", text: sentence(error.message), answer };
  return { tone: "bad", title: "Refused", text: sentence(adviceOf(checks, ["conclusion"]) ?? error.message), answer };
}

function adviceOf(checks, names) {
  return checks.find(({ check, verdict }) => names.includes(check) && verdict === "fail")?.advice;
}

/** The same in one line, which stays in sight on a narrow screen, where the picture is below what is typed. */
export function drawSummary(verdict) {
  const { tone, title } = verdict;
  return [sealOf(verdict), el("span", { class: "title" }, title), el("span", { class: "see" }, tone === "bad" ? "See why" : "See each step")];
}

/** Converts a message of the library to a sentence. */
export function sentence(text) {
  if (text === "") return "";
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}

const TONES = { good: "check", warn: "info", bad: "cross", none: "dash" };

const sealOf = ({ tone, isOfTime }) => icon(isOfTime ? "clock" : TONES[tone]);

export function drawVerdict(verdict, steps) {
  const { title, text, answer, isOfTime } = verdict;
  return [
    el("div", { class: "seal" }, sealOf(verdict)),
    el(
      "div",
      {},
      el("p", { class: "title" }, title),
      el("p", { class: "why", "data-check": isOfTime && "timestamp" }, text),
    ),
    answer && el("p", { class: "answer" }, el("span", {}, "Your endpoint answers"), el("code", {}, answer)),
    el(
      "ol",
      { class: "stepper" },
      ...steps.map(({ id, name, verdict: step }) =>
        el("li", {}, el("a", { href: `#${id}`, class: step }, icon(VERDICTS[step].icon), name, hidden(`: ${VERDICTS[step].word}`))),
      ),
    ),
  ];
}

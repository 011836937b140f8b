// The picture: a verdict, and the way to it, step by step.

import { explainTimestamp } from "../analysis/analyse.js";
import { announce } from "../controls/told.js";
import { drawAdvice } from "./advice.js";
import { VERDICTS, byId, fill, hidden, icon } from "./dom.js";
import { drawEvent, eventSummary } from "./event.js";
import { drawHeaders } from "./headers.js";
import { drawMatrix } from "./matrix.js";
import { drawSignedContent, isWhole } from "./signed-content.js";
import { drawTimeline, moveTimeline } from "./timeline.js";
import { drawSummary, drawVerdict, judge, sentence } from "./verdict.js";

/** Descriptions of the steps, while there is no delivery. */
const WILL_SAY = {
  "step-headers": "The signature headers that are present, and those that are missing.",
  "step-content": "The bytes that the signature must cover.",
  "step-timestamp": "The age of the delivery, and the tolerance.",
  "step-signatures": "Each signature against each secret.",
  "step-advice": "The answer of a receiver, and changes that would verify.",
};

/** Draws all of it. */
export function draw(analysis, { secrets }) {
  const verdict = judge(analysis);
  const steps = stepsOf(analysis, verdict);
  byId("verdict").className = `verdict ${verdict.tone}`;
  fill(byId("verdict"), drawVerdict(verdict, steps));
  byId("summary").className = `summary ${verdict.tone}`;
  fill(byId("summary"), drawSummary(verdict));
  const drawings = {
    "step-headers": drawHeaders(analysis),
    "step-content": drawSignedContent(analysis),
    "step-timestamp": drawTimeline(analysis),
    "step-signatures": drawMatrix(analysis, secrets),
    "step-advice": drawAdvice(analysis),
    "step-event": drawEvent(analysis),
  };
  for (const { id, says, verdict: step } of steps) {
    const part = byId(id);
    part.classList.remove(...Object.keys(VERDICTS));
    part.classList.add(step);
    part.querySelector(".says").textContent = says;
    const node = part.querySelector(".node");
    if (node) fill(node, [icon(VERDICTS[step].icon), hidden(VERDICTS[step].word)]);
    fill(part.querySelector(".drawing"), drawings[id]);
  }
  byId("picture").classList.toggle("empty", analysis.isEmpty);
  byId("step-event").hidden = analysis.isEmpty;
  byId("own-time").hidden = !/^timestamp_too/.test(analysis.outcome.error?.code ?? "");
  byId("copy-event").disabled = analysis.event.value === undefined;
  for (const id of ["copy-curl", "copy-fixture"]) byId(id).disabled = analysis.isEmpty;
  moveTimeline(byId("step-timestamp"), analysis, analysis.now);
  announce(`${verdict.title}. ${verdict.text}`);
}

/** Moves the clock. @returns whether the window has opened or closed since */
export function tick(analysis, delivery, now) {
  const side = (moment) => analysis.claims.map(({ seconds = moment }) => Math.sign(Math.trunc((seconds - moment) / (analysis.tolerance + 1))));
  if (side(now).some((one, index) => one !== side(analysis.now)[index])) return true;
  moveTimeline(byId("step-timestamp"), analysis, now);
  const advice = explainTimestamp(delivery, now);
  // Compare as text, so that a selection elsewhere is kept.
  for (const text of document.querySelectorAll("#step-timestamp > .says, .why[data-check=timestamp], [data-check=timestamp] > .says")) {
    if (advice) text.textContent = text.tagName === "P" ? sentence(advice) : advice;
  }
  return false;
}

/** Each step with its verdict and what is said of it, mostly in the words of `explain`. */
function stepsOf(analysis, { tone, isOfTime }) {
  const { checks, claims, event, isEmpty, outcome, rows } = analysis;
  const of = (...names) => checks.filter(({ check }) => names.includes(check));
  const worst = (found) => ["fail", "warn", "info", "pass"].find((one) => found.some(({ verdict }) => verdict === one)) ?? "none";
  const hasContent = claims.some(isWhole);
  // Unsigned parts are shown, but not marked as passed.
  const isCovered = rows.some(({ cells }) => cells.includes("match"));
  const end = { good: "pass", warn: isOfTime ? "warn" : "fail", bad: "fail", none: "none" }[tone];
  const signatures = [...of("secret"), ...of("signature")];
  const [timestamp] = of("timestamp");
  const steps = [
    { id: "step-headers", name: "Headers", verdict: worst(of("headers")), says: sentence(of("headers")[0]?.advice ?? "") },
    { id: "step-content", name: "Content", verdict: isCovered ? "pass" : hasContent ? "info" : "none", says: hasContent ? "The bytes that the signature must cover." : "Without its headers, the signed content is unknown." },
    { id: "step-timestamp", name: "Timestamp", verdict: timestamp?.verdict === "fail" ? "warn" : (timestamp?.verdict ?? "none"), says: sentence(timestamp?.advice ?? "None came") },
    { id: "step-signatures", name: "Signature", verdict: signatures.some(isAboutSignature) ? worst(signatures) : worst(signatures) === "fail" ? "fail" : "none", says: sentence(saysOf(signatures)) },
    { id: "step-advice", name: "Verdict", verdict: end, says: outcome.error ? sentence(outcome.error.message) : "A receiver passes the event to your code." },
    { id: "step-event", name: "Event", verdict: event.error ? "fail" : outcome.value ? "pass" : "info", says: eventSummary(analysis) },
  ];
  return isEmpty ? steps.map((step) => ({ ...step, verdict: "none", says: WILL_SAY[step.id] ?? "" })) : steps;
}

const isAboutSignature = ({ check }) => check === "signature";

/** Returns the failed step, or the signatures. */
function saysOf(found) {
  const wrong = found.find(({ check, verdict }) => check === "secret" && verdict === "fail");
  return (wrong ?? found.find(isAboutSignature))?.advice ?? "None came";
}

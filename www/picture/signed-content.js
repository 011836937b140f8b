// Step 2: what was signed, its parts in their colours.

import { decode } from "../delivery/body.js";
import { count, el, icon } from "./dom.js";
import { visible } from "./visible.js";

/** The number of bytes shown of the beginning and the end of the payload, where changes are likely. */
const HEAD = 560;
const LINES = 8;
const TAIL = 120;

export function drawSignedContent({ claims, body }) {
  return claims.map((claim) =>
    el(
      "figure",
      { class: "signed" },
      el(
        "figcaption",
        {},
        "Scheme ",
        el("strong", {}, claim.scheme),
        " signs ",
        el("code", {}, formula(claim.names)),
        isWhole(claim) && `: HMAC-SHA256 over ${count(lengthOf(claim, body), "byte")}`,
      ),
      el(
        "div",
        { class: "parts" },
        claim.names.id && header("id", claim.id),
        claim.names.id && dot(),
        claim.names.timestamp && header("timestamp", claim.timestamp),
        claim.names.timestamp && dot(),
        part("payload", count(body.length, "byte"), payload(body)),
      ),
    ),
  );
}

function formula({ id, timestamp }) {
  return [id && "{id}", timestamp && "{timestamp}", "{payload}"].filter(Boolean).join(".");
}

/** Returns `true` if all signed parts are present. */
export function isWhole({ names, id, timestamp }) {
  return !(names.id && id === undefined) && !(names.timestamp && timestamp === undefined);
}

function lengthOf({ names, id = "", timestamp = "" }, body) {
  return body.length + (names.id ? id.length + 1 : 0) + (names.timestamp ? timestamp.length + 1 : 0);
}

function header(role, value) {
  if (value === undefined) return part(role, "missing", [el("span", { class: "nothing" }, icon("cross"), " did not come")]);
  return part(role, count(value.length, "byte"), visible(value.slice(0, HEAD)));
}

function part(role, size, content) {
  return el(
    "div",
    { class: `part ${role}` },
    el("div", { class: "label" }, el("span", {}, role), el("span", { class: "size" }, size)),
    el("div", { class: "bytes" }, ...content),
  );
}

function dot() {
  return el("div", { class: "joint" }, ".");
}

function payload(body) {
  if (body.length === 0) return [el("span", { class: "nothing" }, "empty")];
  const head = Math.min(HEAD, afterLines(body, LINES));
  if (body.length <= head + TAIL) return visible(decode(body));
  return [
    ...visible(decode(body.subarray(0, head))),
    el("span", { class: "cut" }, `${count(body.length - head - TAIL, "byte")} not shown`),
    ...visible(decode(body.subarray(-TAIL))),
  ];
}

/** Returns the end of this number of lines. */
function afterLines(body, most) {
  let at = 0;
  for (let line = 0; line < most; line++) {
    const end = body.indexOf(10, at);
    if (end < 0) return body.length;
    at = end + 1;
  }
  return at;
}

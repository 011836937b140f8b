// The summary of a run: quartiles instead of every round.

import { quartiles, ratio } from "./statistics.mjs";

const digits = (number) => Number(number.toPrecision(4));
const three = (numbers) => quartiles(numbers).map(digits);

/** Returns the median and quartiles of each case, in microseconds and as a multiple of ours in the same round. */
function cases(all) {
  return all.map(({ what, peer, body, bytes, microseconds }) => {
    const ours = all.find((it) => it.what === what && it.peer === "ours" && it.body === body);
    return { what, peer, body, bytes, microseconds: three(microseconds), ofOurs: ratio(microseconds, ours.microseconds).map(digits) };
  });
}

function startTimes({ node, workerd, sizes }) {
  const nodeMilliseconds = Object.entries(node).map(([name, runs]) => {
    const of = (what) => three(runs.map((run) => run[what]));
    return [name, { process: of("process"), imported: of("imported") }];
  });
  const workerdMilliseconds = Object.entries(workerd).map(([name, times]) => [name, three(times)]);
  return {
    nodeMilliseconds: Object.fromEntries(nodeMilliseconds),
    workerdMilliseconds: Object.fromEntries(workerdMilliseconds),
    bytes: sizes,
  };
}

/** Summarizes the sections that have run. */
export function summary({ machine, native, node, runtimes, start, memory, budgets }, judged) {
  return {
    machine: machine && { ...machine, sha: native?.sha, runtimes: runtimes?.map(({ name, version }) => `${name} ${version}`) },
    targets: judged.map((it) => ({ ...it, ratio: it.ratio.map(digits), margin: digits(it.margin) })),
    native: native && cases(native.cases),
    node: node && cases(node.cases),
    runtimes: runtimes?.map(({ name, version, cases: found }) => ({ name, version, cases: cases(found) })),
    start: start && startTimes(start),
    memory,
    budgets,
  };
}

/** Writes JSON with a line for each item, so that diffs are readable. */
export function json(value, indent = "") {
  const inner = `${indent}  `;
  const isFlat = (it) => typeof it !== "object" || it === null || Object.values(it).every((member) => typeof member !== "object" || member === null || (Array.isArray(member) && member.every(Number.isFinite)));
  if (isFlat(value)) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const lines = Array.isArray(value) ? value.map((item) => json(item, inner)) : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${json(item, inner)}`);
  return `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${indent}${close}${indent === "" ? "\n" : ""}`;
}

// What is kept of a run: quartiles instead of every round.

import { quartiles, ratio } from "./statistics.mjs";

const digits = (number) => Number(number.toPrecision(4));
const three = (numbers) => quartiles(numbers).map(digits);

/** Of each case: first quartile, median and third quartile, in microseconds and as a multiple of ours in the same round. */
function cases(all) {
  return all.map(({ what, peer, body, bytes, microseconds }) => {
    const ours = all.find((it) => it.what === what && it.peer === "ours" && it.body === body);
    return { what, peer, body, bytes, microseconds: three(microseconds), ofOurs: ratio(microseconds, ours.microseconds).map(digits) };
  });
}

export function summary({ machine, native, node, runtimes, start, memory, budgets }, judged) {
  const all = (times) => Object.fromEntries(Object.entries(times).map(([name, numbers]) => [name, three(numbers)]));
  return {
    machine: { ...machine, sha: native.sha, runtimes: runtimes.map(({ name, version }) => `${name} ${version}`) },
    targets: judged.map((it) => ({ ...it, ratio: it.ratio.map(digits), margin: digits(it.margin) })),
    native: cases(native.cases),
    node: cases(node.cases),
    runtimes: runtimes.map(({ name, version, cases: found }) => ({ name, version, cases: cases(found) })),
    start: {
      nodeMilliseconds: Object.fromEntries(Object.entries(start.node).map(([name, runs]) => [name, {
        process: three(runs.map((run) => run.process)),
        imported: three(runs.map((run) => run.imported)),
      }])),
      workerdMilliseconds: all(start.workerd),
      bytes: start.sizes,
    },
    memory,
    budgets,
  };
}

/** A line for each thing that is in a list, so that changes can be read. */
export function json(value, indent = "") {
  const inner = `${indent}  `;
  const isFlat = (it) => typeof it !== "object" || it === null || Object.values(it).every((member) => typeof member !== "object" || member === null || (Array.isArray(member) && member.every(Number.isFinite)));
  if (isFlat(value)) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const lines = Array.isArray(value) ? value.map((item) => json(item, inner)) : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${json(item, inner)}`);
  return `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${indent}${close}${indent === "" ? "\n" : ""}`;
}

// The page of results, from the summary of a run.

import { KINDS, SIZES } from "./bodies.mjs";
import { timeName } from "./plot.mjs";

const sizes = Object.entries(SIZES).map(([name, bytes]) => ({ name, suffix: `${bytes / 1024}k` }));
const times = (number) => `${number < 10 ? number.toFixed(2) : number.toFixed(1)}×`;
const kilobytes = (bytes) => (bytes === 0 ? "" : `${(bytes / 1000).toFixed(1)} kB`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const milliseconds = ([first, median, third]) => `${median.toFixed(0)} <sub>${first.toFixed(0)}–${third.toFixed(0)}</sub>`;

/** @param words number of leading columns that hold words, not numbers */
function markdownTable(head, rows, words = 1) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index < words ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function targets(judged) {
  const groups = Map.groupBy ? Map.groupBy(judged, title) : groupBy(judged, title);
  const rows = [...groups].flatMap(([name, all]) => KINDS.map((kind, index) => [
    index === 0 ? name : "",
    kind,
    ...sizes.map(({ suffix }) => {
      const { met, ratio } = all.find(({ body }) => body === `${kind}-${suffix}`);
      return `${met ? "✓" : "✗"} ${times(ratio[1])} <sub>${ratio[0].toFixed(2)}–${ratio[2].toFixed(2)}</sub>`;
    }),
  ]));
  return markdownTable(["`receive` beside", "", ...sizes.map(({ name }) => name)], rows, 2);
}

const title = ({ where, peer, wants }) => `${{ node: "Node", native: "Rust" }[where]}: ${peer}: **${wants}**`;

/** `Map.groupBy`, which Node 20 does not have. */
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function medians(cases, what, kind) {
  const of = cases.filter((it) => it.what === what && it.body.startsWith(`${kind}-`) && !it.body.slice(kind.length + 1).includes("-"));
  const peers = [...new Set(of.map(({ peer }) => peer))];
  const rows = peers.map((peer) => [
    peer === "ours" ? "**ours**" : peer,
    ...sizes.map(({ suffix }) => {
      const found = of.find((it) => it.peer === peer && it.body === `${kind}-${suffix}`);
      return found ? `${timeName(found.microseconds[1])}${peer === "ours" ? "" : ` <sub>${times(found.ofOurs[1])}</sub>`}` : "";
    }),
  ]);
  return markdownTable([kind, ...sizes.map(({ name }) => name)], rows);
}

const DOES = { receive: "Verify and parse", verify: "Verify alone", parse: "Parse alone" };

function section(cases, where) {
  return Object.entries(DOES).map(([what, does]) => `### ${does}

![${does}: median times by size of the payload](plots/${where}-${what}.svg)

<details><summary>The numbers: medians, and how many times as long as ours</summary>

${KINDS.map((kind) => medians(cases, what, kind)).join("\n\n")}

</details>`).join("\n\n");
}

/** Lists the peers that are faster than ours, with the payloads. */
function losses(cases) {
  const groups = groupBy(cases.filter(({ peer }) => peer !== "ours"), ({ what, peer }) => `\`${what}\` compared with ${peer}`);
  const lines = [];
  for (const [name, all] of groups) {
    const lost = all.filter(({ ofOurs }) => ofOurs[1] < 0.98);
    if (lost.length === 0) continue;
    const slower = lost.map(({ ofOurs }) => 1 / ofOurs[1]);
    const where = lost.length === all.length ? "all payloads" : `with ${lost.map(({ body }) => body).join(", ")}`;
    const range = [Math.min(...slower), Math.max(...slower)].map(times);
    lines.push(`- ${name}: ${where}, ${range[0] === range[1] ? range[0] : `${range[0]} to ${range[1]}`} the time`);
  }
  return lines.length === 0 ? "Nowhere, in this run." : lines.join("\n");
}

const RUNTIME_PEERS = ["svix + SDK", "node:crypto + SDK", "node:crypto + JSON.parse"];
const RUNTIME_SIZES = ["1k", "16k", "1024k"];

export function runtimes(all) {
  const rows = all.map(({ name, version: found, cases }) => {
    const cell = (peer, suffix) => cases.find((it) => it.what === "receive" && it.peer === peer && it.body === `html-${suffix}`);
    return [
      `${name} ${found}`,
      ...RUNTIME_SIZES.map((suffix) => timeName(cell("ours", suffix).microseconds[1])),
      ...RUNTIME_PEERS.map((peer) => RUNTIME_SIZES.map((suffix) => times(cell(peer, suffix).ofOurs[1])).join(", ")),
    ];
  });
  return markdownTable(["", "ours, 1 KB", "16 KB", "1 MB", ...RUNTIME_PEERS], rows);
}

export function start({ nodeMilliseconds, workerdMilliseconds, bytes }) {
  const inNode = Object.entries(nodeMilliseconds).map(([name, { process, imported }]) => [name, milliseconds(process), milliseconds(imported)]);
  const nothing = workerdMilliseconds.nothing[1];
  const inWorkerd = Object.entries(workerdMilliseconds).map(([name, found]) => [name, milliseconds(found), name === "nothing" ? "" : (found[1] - nothing).toFixed(0)]);
  const weights = Object.entries(bytes).map(([name, { wasm, wasmGzipped, scriptGzipped }]) => [name, kilobytes(scriptGzipped), kilobytes(wasmGzipped), kilobytes(wasm)]);
  return `Milliseconds until the first delivery of 1 KB has been received, each time in a fresh process:

${markdownTable(["Node", "since the process began", "since the import"], inNode)}

${markdownTable(["workerd, to its first answer", "since it was started", "more than a Worker that does nothing"], inWorkerd)}

What is loaded for it, by esbuild for Workers, minified:

${markdownTable(["", "script, gzipped", "module, gzipped", "module"], weights)}`;
}

const RESIDENT = ["ours", "svix + SDK", "node:crypto + JSON.parse"];

export function memory({ over, peaks, dropped }) {
  const { samples, deliveries, refused, payloads, settledAfter } = over;
  const chosen = samples.filter((_, index) => index % Math.ceil(samples.length / 8) === 0 || index === samples.length - 1);
  const large = peaks.filter(({ peer }) => peer === "ours").map(({ kind, megabytes: size, payload, wasm, wasmBefore }) => {
    const resident = (peer) => times(peaks.find((it) => it.kind === kind && it.megabytes === size && it.peer === peer).resident / payload);
    // Left out for small payloads: a new process has that much unused memory.
    const residents = RESIDENT.map((peer) => (size < 16 ? "" : resident(peer)));
    return [`${size} MB, ${kind}`, megabytes(wasm), times((wasm - wasmBefore) / payload), ...residents];
  });
  return `${deliveries.toLocaleString("en")} deliveries through one \`Webhook\`, ${(payloads / 1e9).toFixed(1)} GB of payloads from 1 KB to 1 MB, ${refused.toLocaleString("en")} of them forged.
The memory of the module has been the same since delivery ${settledAfter.toLocaleString("en")}:

${markdownTable(["after deliveries", "wasm memory", "JavaScript heap"], chosen.map((it) => [it.deliveries.toLocaleString("en"), megabytes(it.wasm), megabytes(it.heap)]))}

One large delivery in a fresh process, after a small one: the wasm memory, which never shrinks; and how much the most that the
process ever had resident grew. Both as multiples of the payload:

${markdownTable(["", "wasm memory", "grown by", ...RESIDENT.map((peer) => `resident: ${peer}`)], large)}

${dropped.made.toLocaleString("en")} \`Webhook\`s with two secrets each, dropped without \`free()\`: ${dropped.collected.toLocaleString("en")} were collected, and the wasm memory was
${megabytes(dropped.before)} before, ${megabytes(dropped.highest)} at most and ${megabytes(dropped.after)} after.`;
}

function instructions({ rustc, instructions: counted }) {
  const bodies = [...new Set(Object.keys(counted).map((name) => name.split(" ")[1]))].sort((a, b) => parseInt(a.split("-").at(-1)) - parseInt(b.split("-").at(-1)));
  const rows = ["verify", "parse", "receive"].map((what) => [what, ...bodies.map((body) => counted[`${what} ${body}`].toLocaleString("en"))]);
  return `Counted by callgrind for one delivery, with rustc ${rustc}. Valgrind shows programs a processor without SHA instructions, so
SHA-256 is in software here. \`cargo xtask test\` fails when they grow by more than 3%: [budgets.json](budgets.json).

${markdownTable(["", ...bodies], rows)}`;
}

export function page(summary) {
  const { machine } = summary;
  const list = (versions) => Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const missed = summary.targets.filter(({ met }) => !met).length;
  return `<!-- Made by cargo xtask bench. -->

# Benchmarks

\`\`\`sh
cargo xtask bench           # all of this page, in some minutes
cargo xtask bench --quick   # three sizes, fewer rounds, prints the targets
\`\`\`

Of ${machine.date}, on ${machine.cores} cores of ${machine.processor} (${machine.system}; SHA instructions: ${machine.sha}), Node ${machine.node}, rustc ${machine.rustc}.
From npm: ${list(machine.npm)}.
From crates.io: ${list(machine.crates)}. SDK is AgentMail's, \`agentmail\`, and svix is the library that its
documentation verifies with.

Everything begins with what a server hands over: the bytes of a \`message.received\`, and thirteen headers of which three
matter. There are three kinds of mail, from word lists and not from one sentence repeated, in five sizes. All peers take
turns, in rounds, because machines are shared: a ratio is that of times in one round, given as the median of all rounds
with its quartiles. Times are the processor's, with the threads of the garbage collector, so that what else the machine does
does not count; WebCrypto, which computes elsewhere, and workerd are timed by the clock. Each peer is asked first to take
what is genuine, to read it right and to refuse what is forged. Everything is in [results.json](results.json);
what was tried, what it cost and why a target is missed, in [CHOICES.md](CHOICES.md).

What they do is not the same. \`JSON.parse\` checks nothing; svix from npm parses too when it verifies, which cannot be
switched off; the SDK, called as it calls its parsers itself, turns names into camelCase and times into dates, and checks
nothing either. Ours checks every field, takes addresses apart and keeps what it does not know.

## Targets

${summary.targets.length - missed} of ${summary.targets.length} are met (✓). The first and the last number of each are quartiles. What is faster is as many times as
fast; what may take longer takes as many times as long.

${targets(summary.targets)}

## Where ours is slower

In Node:

${losses(summary.node)}

In Rust:

${losses(summary.native)}

## Node

${section(summary.node, "node")}

## Rust

The library and its peers are compiled as users compile them, for any processor of the architecture.

${section(summary.native, "native")}

## Other runtimes

\`receive\` of mail with HTML, and how many times as long as ours the others take at 1 KB, 16 KB and 1 MB. In workerd, whose
clock stands still during a request, many deliveries are timed from outside, less what an empty request takes.

${runtimes([{ name: "Node", version: machine.node, cases: summary.node }, ...summary.runtimes])}

## Start and size

${start(summary.start)}

## Memory

${memory(summary.memory)}

## Instructions

${instructions(summary.budgets)}
`;
}

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
  return markdownTable(["`receive` compared with", "", ...sizes.map(({ name }) => name)], rows, 2);
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

${markdownTable(["workerd, to its first response", "since it was started", "in addition to an empty Worker"], inWorkerd)}

The size of the code that is loaded, bundled for Workers and minified by esbuild:

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

A fresh process receives one small and then one large delivery. The table has the wasm memory, which never shrinks, its growth, and
the growth of the peak resident memory. Growth is in multiples of the payload:

${markdownTable(["", "wasm memory", "grown by", ...RESIDENT.map((peer) => `resident: ${peer}`)], large)}

${dropped.made.toLocaleString("en")} \`Webhook\`s with two secrets each were dropped without \`free()\`. ${dropped.collected.toLocaleString("en")} of them were collected. The wasm memory was ${megabytes(dropped.before)}
before, ${megabytes(dropped.highest)} at most and ${megabytes(dropped.after)} after.`;
}

function instructions({ rustc, instructions: counted }) {
  const bodies = [...new Set(Object.keys(counted).map((name) => name.split(" ")[1]))].sort((a, b) => parseInt(a.split("-").at(-1)) - parseInt(b.split("-").at(-1)));
  const rows = ["verify", "parse", "receive"].map((what) => [what, ...bodies.map((body) => counted[`${what} ${body}`].toLocaleString("en"))]);
  return `Counted by callgrind for one delivery, with rustc ${rustc}. Valgrind emulates a processor without SHA instructions, so SHA-256 is
computed in software here. \`cargo xtask test\` fails if a count grows by more than 3%: [budgets.json](budgets.json).

${markdownTable(["", ...bodies], rows)}`;
}

export function page(summary) {
  const { machine } = summary;
  const list = (versions) => Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const missed = summary.targets.filter(({ met }) => !met).length;
  return `<!-- Made by cargo xtask bench. -->

# Benchmarks

\`\`\`sh
cargo xtask bench           # generates this page, in a few minutes
cargo xtask bench --quick   # three sizes, fewer rounds, prints the targets
\`\`\`

Measured on ${machine.date}, on ${machine.cores} cores of ${machine.processor} (${machine.system}; SHA instructions: ${machine.sha}), Node ${machine.node}, rustc ${machine.rustc}.
From npm: ${list(machine.npm)}.
From crates.io: ${list(machine.crates)}. "SDK" is AgentMail's SDK, \`agentmail\`. svix is the library that
AgentMail's documentation uses for verification.

Every measurement begins with what a server receives: the bytes of a \`message.received\`, and thirteen headers, three of which are
used. There are three kinds of mail in five sizes. Their text is made from word lists, not from one repeated sentence. All libraries
take turns, in rounds, because the machine may be shared. A ratio compares times of the same round, and is given as the median of
all rounds, with its quartiles. Times are processor times, including the threads of the garbage collector, so that other programs on
the machine do not count. WebCrypto, which computes in other threads, and workerd are measured in wall-clock time. Before it is
measured, each library must accept genuine deliveries, parse them correctly and refuse forged ones. All results are in
[results.json](results.json). [CHOICES.md](CHOICES.md) has what was tried, what it cost, and why targets are missed.

The libraries do not do the same work. \`JSON.parse\` checks nothing. svix from npm also parses when it verifies, which cannot be
disabled. The SDK is called with \`skipValidation\`, as it calls its own parsers: it converts names to camelCase and times to \`Date\`s,
and checks nothing either. This library checks every field, splits addresses into name and address, and keeps unknown members.

## Targets

${summary.targets.length - missed} of ${summary.targets.length} targets are met (✓). Each cell has the median, then the quartiles in small print. For "faster", the number is how many
times as fast \`receive\` is. For "at most", it is how many times as long \`receive\` takes.

${targets(summary.targets)}

## Where this library is slower

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

The time of \`receive\` for HTML mail, and how many times as long the others take, at 1 KB, 16 KB and 1 MB. In workerd, the clock does
not advance during a request, so many deliveries are timed from outside, and the time of an empty request is subtracted.

${runtimes([{ name: "Node", version: machine.node, cases: summary.node }, ...summary.runtimes])}

## Start and size

${start(summary.start)}

## Memory

${memory(summary.memory)}

## Instructions

${instructions(summary.budgets)}
`;
}

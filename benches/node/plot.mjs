// Time over payload size, both on logarithmic scales, as SVG: a panel for each kind of payload, a line for each peer.

import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { KINDS, SIZES } from "./bodies.mjs";
import { quartiles } from "./statistics.mjs";

const KIND_NAMES = { ascii: "plain ASCII", "non-ascii": "German, Chinese, emoji", html: "HTML with escapes" };
const WIDTH = 1140;
const HEIGHT = 430;
const MARGIN = { top: 66, right: 312, bottom: 44, left: 64 };
/** Least distance between the labels at the ends of the lines. */
const LINE_HEIGHT = 15;

/** Colours of the lines, ours first. They contrast with white and black: the image follows the colour scheme. */
const COLOURS = ["--ours", "--blue", "--green", "--violet", "--teal", "--grey", "--brown"].map((name) => `var(${name})`);
const STYLE = `
  svg { --ours: #d4380d; --blue: #2f6fde; --green: #2e8b57; --violet: #8457c9; --teal: #0b8fa3; --grey: #6b7280; --brown: #a0692b;
    --ink: #1f2328; --soft: #59636e; --faint: #d8dee4; --paper: #ffffff;
    font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
  @media (prefers-color-scheme: dark) {
    svg { --ours: #ff7a45; --blue: #6ea8fe; --green: #5bbf8a; --violet: #b392f0; --teal: #4cc3d6; --grey: #9aa4b0; --brown: #d09b5f;
      --ink: #f0f6fc; --soft: #9198a1; --faint: #30363d; --paper: #0d1117; }
  }`;

const ticks = Object.entries(SIZES).map(([name, bytes]) => ({ name, bytes }));

export function timeName(microseconds) {
  const [value, unit] = microseconds < 1000 ? [microseconds, "µs"] : [microseconds / 1000, "ms"];
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} ${unit}`;
}

/**
 * @param title a few words about the chart
 * @param description a description for screen readers
 * @param cases [{ peer, body, microseconds }]
 */
export function chart({ title, description, cases }) {
  const points = cases.map(({ peer, body, microseconds }) => {
    const [, kind, size] = /^(.*)-(\d+)k$/.exec(body);
    return { peer, kind, bytes: Number(size) * 1024, time: quartiles(microseconds)[1] };
  });
  const peers = [...new Set(points.map(({ peer }) => peer))];
  const colour = (peer) => COLOURS[peers.indexOf(peer)];
  const { document } = new JSDOM("").window;
  const lowest = Math.min(...points.map(({ time }) => time)) / 1.3;
  const highest = Math.max(...points.map(({ time }) => time)) * 1.3;

  const powers = [1, 10, 100, 1000, 10000, 100000].filter((power) => power > lowest && power < highest);

  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: { fontFamily: "inherit", fontSize: "12px", background: "var(--paper)", color: "var(--ink)" },
    x: { type: "log", domain: [900, 1250000], axis: null },
    y: { type: "log", domain: [lowest, highest], axis: null },
    fx: { domain: KINDS, label: null, padding: 0.07, axis: null },
    marks: [
      Plot.ruleY(powers, { stroke: "var(--faint)" }),
      Plot.ruleX(ticks, { x: "bytes", stroke: "var(--faint)" }),
      ...ticks.map((tick, index) => {
        // The outer ones stay inside their panel.
        const textAnchor = ["start", "end"][[0, ticks.length - 1].indexOf(index)] ?? "middle";
        return Plot.text([tick], { x: "bytes", text: "name", frameAnchor: "bottom", dy: 20, textAnchor, fill: "var(--soft)" });
      }),
      Plot.text(powers, { y: (power) => power, text: timeName, frameAnchor: "left", fx: () => KINDS[0], dx: -8, textAnchor: "end", fill: "var(--soft)" }),
      Plot.text(KINDS, { fx: (kind) => kind, text: (kind) => KIND_NAMES[kind], frameAnchor: "top", dy: -14, fill: "var(--soft)" }),
      // Our line comes last, above the others.
      ...[...peers].reverse().flatMap((peer) => {
        const data = points.filter((point) => point.peer === peer);
        const ours = peer === peers[0];
        return [
          Plot.line(data, { x: "bytes", y: "time", fx: "kind", stroke: colour(peer), strokeWidth: ours ? 3.5 : 1.5, strokeLinejoin: "round" }),
          Plot.dot(data, { x: "bytes", y: "time", fx: "kind", fill: colour(peer), r: ours ? 4 : 2.5 }),
        ];
      }),
    ],
  });
  label(svg, document, peers, points, { lowest, highest });
  return finish(svg, document, title, description);
}

/** Names and times at the ends of the lines of the last panel, moved apart where the lines end close to each other. */
function label(svg, document, peers, points, { lowest, highest }) {
  const top = MARGIN.top;
  const bottom = HEIGHT - MARGIN.bottom;
  const place = (time) => bottom - ((Math.log(time) - Math.log(lowest)) / (Math.log(highest) - Math.log(lowest))) * (bottom - top);
  const ends = peers.map((peer) => {
    const of = points.filter((point) => point.peer === peer && point.kind === KINDS.at(-1));
    const { time } = of.reduce((last, point) => (point.bytes > last.bytes ? point : last));
    return { peer, time, at: place(time) };
  });
  ends.sort((a, b) => a.at - b.at);
  const places = ends.map(({ at }) => at);
  // Moves labels apart that are too close, until none are.
  for (let pass = 0; pass < 500; pass += 1) {
    for (let index = 1; index < places.length; index += 1) {
      const missing = LINE_HEIGHT - (places[index] - places[index - 1]);
      if (missing <= 0.01) continue;
      places[index - 1] -= missing / 2;
      places[index] += missing / 2;
    }
  }
  svg.append(text(document, "HTML, 1 MB", { "text-anchor": "start", x: WIDTH - MARGIN.right + 20, y: top - 10, fill: "var(--soft)" }));
  ends.forEach(({ peer, time, at }, index) => {
    const ours = peer === peers[0];
    const colour = COLOURS[peers.indexOf(peer)];
    const x = WIDTH - MARGIN.right;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", `M${x + 4},${at.toFixed(1)}L${x + 16},${places[index].toFixed(1)}`);
    line.setAttribute("stroke", colour);
    line.setAttribute("fill", "none");
    svg.append(line, text(document, `${peer}  ${timeName(time)}`, { "text-anchor": "start", x: x + 20, y: places[index] + 4, fill: colour, "font-weight": ours ? 700 : 400 }));
  });
}

function text(document, content, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "text");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = content;
  return element;
}

/** Adds what a separate file needs: a namespace, a background, a visible title, and one for screen readers. */
function finish(svg, document, title, description) {
  const make = (name, content) => Object.assign(document.createElementNS("http://www.w3.org/2000/svg", name), { textContent: content });
  const background = make("rect", "");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", rx: 6, fill: "var(--paper)" })) background.setAttribute(name, value);
  svg.prepend(make("title", title), make("desc", description), make("style", STYLE), background);
  svg.append(text(document, title, { "text-anchor": "start", x: 20, y: 28, "font-size": 16, "font-weight": 600, fill: "var(--ink)" }));
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  return `${svg.outerHTML}\n`;
}

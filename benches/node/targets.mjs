// The targets: ratios within one run, for payloads of every size and kind.

import { ratio } from "./statistics.mjs";

const TARGETS = [
  { where: "node", peer: "svix + SDK", faster: 4 },
  { where: "node", peer: "node:crypto + SDK", faster: 1 },
  { where: "node", peer: "node:crypto + JSON.parse", atMost: 1.5 },
  { where: "native", peer: "svix + serde_json::Value", faster: 4 },
  { where: "native", peer: "bare HMAC + serde_json borrowed", atMost: 1.2 },
];

/** Each target and payload: [{ where, peer, wants, body, ratio: [q1, median, q3], met, by }] */
export function judge(results) {
  return TARGETS.flatMap(({ where, peer, faster, atMost }) => {
    const receive = (results[where]?.cases ?? []).filter(({ what }) => what === "receive");
    return receive
      .filter((it) => it.peer === peer)
      .map(({ body, microseconds: theirs }) => {
        const ours = receive.find((it) => it.peer === "ours" && it.body === body).microseconds;
        const found = faster ? ratio(theirs, ours) : ratio(ours, theirs);
        // A margin above 1 means that the target is met.
        const margin = faster ? found[1] / faster : atMost / found[1];
        const wants = faster ? `${faster === 1 ? "faster" : `${faster}× faster`}` : `at most ${atMost}× its time`;
        return { where, peer, wants, body, ratio: found, met: margin >= 1, margin };
      });
  });
}

const NAMES = { node: "Node", native: "Native" };
const times = (number) => `${number.toFixed(2)}×`;

/** Formats the targets for a terminal. */
export function table(judged) {
  const lines = [];
  let head;
  for (const { where, peer, wants, body, ratio, met, margin } of judged) {
    const title = `${NAMES[where]}: receive, beside ${peer}: ${wants}`;
    if (title !== head) lines.push("", title);
    head = title;
    const [q1, median, q3] = ratio.map(times);
    const by = met ? `met, ${times(margin)} to spare` : `MISSED, ${times(1 / margin)} to go`;
    lines.push(`  ${body.padEnd(16)} ${median.padStart(8)}  (${q1} to ${q3})`.padEnd(52) + by);
  }
  const missed = judged.filter(({ met }) => !met).length;
  lines.push("", `${judged.length - missed} of ${judged.length} met`);
  return lines.join("\n");
}

/** Medians of everything, for a terminal. */
export function overview(name, { cases }) {
  const bodies = [...new Set(cases.map(({ body }) => body))];
  const lines = ["", `${NAMES[name] ?? name}, median microseconds`.padEnd(44) + bodies.map((body) => body.padStart(16)).join("")];
  for (const what of ["verify", "parse", "receive"]) {
    const peers = [...new Set(cases.filter((it) => it.what === what).map(({ peer }) => peer))];
    for (const peer of peers) {
      const cells = bodies.map((body) => {
        const found = cases.find((it) => it.what === what && it.peer === peer && it.body === body);
        return (found ? ratio(found.microseconds, found.microseconds.map(() => 1))[1].toFixed(2) : "").padStart(16);
      });
      lines.push(`  ${what.padEnd(8)} ${peer}`.padEnd(44) + cells.join(""));
    }
  }
  return lines.join("\n");
}

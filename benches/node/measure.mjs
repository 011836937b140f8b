// Takes times. All peers take turns, in rounds: on a machine that others use too, what is measured in one round was
// measured under the same conditions, and the ratios of a round tell more than two times that are seconds apart. That
// is why this is not mitata, which finishes one peer before it begins the next.

/** How long one peer is measured at a time, in milliseconds. */
const BATCH = 3;

/** What is computed has to go somewhere, or a compiler may leave it out. */
let sink = 0;

/** What everybody reads of an event: an object that reads its payload only when it is asked shall be asked. */
export function use(event) {
  if (event === undefined) return;
  const { from, subject, text, html = "" } = event.message;
  sink = (sink + from.length + subject.length + text.length + html.length) | 0;
}

// Where there is one (`--expose-gc`), it runs before each turn, so that nobody pays for the garbage of another. Only
// the new garbage: a full collection also throws away what the compiler has learnt.
const collect = globalThis.gc ? () => globalThis.gc({ type: "minor" }) : () => {};

async function time(peer, delivery, count) {
  const { run } = peer;
  const start = performance.now();
  if (peer.async) {
    for (let done = 0; done < count; done += 1) use(await run(delivery));
  } else {
    for (let done = 0; done < count; done += 1) use(run(delivery));
  }
  return performance.now() - start;
}

/** How often something has to be done to fill a batch. Doing it warms up. */
async function batch(peer, delivery) {
  // Enough for the compiler to have seen it, whatever one call takes.
  const begun = performance.now();
  let count = 1;
  for (;;) {
    const took = await time(peer, delivery, count);
    if (took >= BATCH && performance.now() - begun > 40) return Math.max(1, Math.round((count * BATCH) / took));
    if (took < BATCH) count *= 2;
  }
}

/** Microseconds for each peer, a number for each round. */
export async function measure(peers, delivery, rounds) {
  const counts = [];
  for (const peer of peers) counts.push(await batch(peer, delivery));
  const times = peers.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      // Each round begins with another one, so that none is always behind the same.
      const index = (turn + round) % peers.length;
      collect();
      times[index].push(((await time(peers[index], delivery, counts[index])) * 1000) / counts[index]);
    }
  }
  return times;
}

/** Whether a peer does its work at all: takes what is genuine, sees what was sent, and refuses what is forged. */
export async function prove({ what, name, run }, genuine, forged) {
  const event = await run(genuine);
  if (what !== "verify") {
    const { message } = JSON.parse(genuine.body);
    if (event.message.text !== message.text || event.message.html !== message.html || event.message.subject !== message.subject) {
      throw new Error(`${what} ${name} gives another event than was sent`);
    }
  }
  if (what === "parse") return;
  const taken = await Promise.resolve(forged)
    .then(run)
    .then(() => true, () => false);
  if (taken) throw new Error(`${what} ${name} takes what is forged`);
}

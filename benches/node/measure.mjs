// Takes times. All peers take turns, in rounds: on a machine that others use too, what is measured in one round was
// measured under the same conditions, and the ratios of a round tell more than two times that are seconds apart. That
// is why this is not mitata, which finishes one peer before it begins the next. What is taken is the time of the
// processor and not of the clock: while others run, none of it passes. The garbage collector's threads count.

/** How long one peer is measured at a time, in milliseconds. */
const BATCH = 3;

const PASSES = 4;

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

/** In milliseconds. */
async function time({ run, async }, delivery, count) {
  if (async) {
    // Others compute meanwhile, so this is the clock's.
    const start = performance.now();
    for (let done = 0; done < count; done += 1) use(await run(delivery));
    return performance.now() - start;
  }
  const start = process.cpuUsage();
  for (let done = 0; done < count; done += 1) use(run(delivery));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
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

/** One peer with one payload. */
export class Case {
  microseconds = [];

  constructor(peer) {
    this.peer = peer;
  }

  async measure(delivery) {
    this.count ??= await batch(this.peer, delivery);
    collect();
    this.microseconds.push(((await time(this.peer, delivery, this.count)) * 1000) / this.count);
  }
}

/**
 * Some rounds with each payload, and all of that again: what the machine does for a while falls on all payloads, and not
 * on one.
 *
 * @param begin prepares for a payload
 * @param round is told the payload, its number, and what was prepared
 */
export async function passes(payloads, rounds, begin, round) {
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const payload of payloads) {
      const context = await begin(payload);
      for (let number = 0; number < rounds / PASSES; number += 1) await round(payload, number, context);
    }
  }
}

/** All in turn. Each round begins with another one, so that none is always behind the same. */
export function inTurn(all, round) {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
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

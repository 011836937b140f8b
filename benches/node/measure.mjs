// Measures times. The peers take turns, in rounds. On a shared machine, all times of one round are measured under the
// same conditions, so their ratio is more reliable than that of two times that are seconds apart. mitata finishes one
// peer before it begins the next, so it is not used here. Times are CPU times: they do not advance while other
// processes run, and include the threads of the garbage collector.

/** Duration of one measurement of one peer, in milliseconds. */
const BATCH = 3;

const PASSES = 4;

/** Receives every result, so that the compiler cannot remove the computation. */
let sink = 0;

/** Reads the usual members of an event, so that an event that is parsed on access is parsed. */
export function use(event) {
  if (event === undefined) return;
  const { from, subject, text, html = "" } = event.message;
  sink = (sink + from.length + subject.length + text.length + html.length) | 0;
}

// Collects garbage before each turn (needs `--expose-gc`), so that no peer pays for the garbage of another. Only new
// garbage is collected: a full collection also discards the feedback of the compiler.
const collect = globalThis.gc ? () => globalThis.gc({ type: "minor" }) : () => {};

/** Returns the time of `count` runs, in milliseconds. */
async function time({ run, async }, delivery, count) {
  if (async) {
    // Wall-clock time, because another thread does the work.
    const start = performance.now();
    for (let done = 0; done < count; done += 1) use(await run(delivery));
    return performance.now() - start;
  }
  const start = process.cpuUsage();
  for (let done = 0; done < count; done += 1) use(run(delivery));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Returns the number of runs that fill a batch. The search for it also warms up. */
async function batch(peer, delivery) {
  // The search takes at least 40 ms, so that the code is compiled, however long one run takes.
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
 * Runs some rounds with each payload, in several passes over all payloads. A temporary load of the machine then affects
 * all payloads, and not one.
 *
 * @param begin prepares for a payload
 * @param round receives the payload, the number of the round, and the result of `begin`
 */
export async function passes(payloads, rounds, begin, round) {
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const payload of payloads) {
      const context = await begin(payload);
      for (let number = 0; number < rounds / PASSES; number += 1) await round(payload, number, context);
    }
  }
}

/** Returns the order of a round. Each round begins with another peer, so that no peer always follows the same one. */
export function inTurn(all, round) {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** Checks that a peer accepts a genuine delivery, returns what was sent, and refuses a forged delivery. */
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

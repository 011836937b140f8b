//! The native library beside its peers: verifying, parsing and both, of the payloads in a directory.
//!
//! `cargo xtask bench` runs this. The peers take turns, in rounds. On a shared machine, all times of one round are
//! measured under the same conditions, so their ratio is more reliable than that of two times that are seconds apart.
//! criterion and divan finish one peer before they begin the next, so they are not used here. Times are CPU times: they
//! do not advance while other processes run.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agentmail_webhooks_bench::{Delivery, PEERS, Peer, Receiver};
use cpu_time::ThreadTime;
use serde::Serialize;

/// Duration of one measurement of one peer. It is long compared with the resolution of the clock, and short compared
/// with changes in the load of the machine.
const BATCH: Duration = Duration::from_millis(2);
/// Number of passes over all payloads, each with some rounds. A temporary load then affects all payloads, and not one.
const PASSES: usize = 4;

/// Times of one peer and one payload, in microseconds, a number for each round.
#[derive(Serialize)]
struct Measured {
    what: &'static str,
    peer: &'static str,
    body: String,
    bytes: usize,
    microseconds: Vec<f64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rounds, bodies @ ..] = arguments.as_slice() else {
        panic!("bench <rounds> <payload>...");
    };
    let rounds: usize = rounds.parse().expect("a number of rounds");
    let mut payloads: Vec<_> = bodies.iter().map(|path| Payload::read(Path::new(path))).collect();
    let receiver = Receiver::new();
    for _ in 0..PASSES {
        for payload in &mut payloads {
            eprint!("  {}", payload.body);
            payload.measure(&receiver, rounds.div_ceil(PASSES));
        }
    }
    eprintln!();
    let cases: Vec<_> = payloads.into_iter().flat_map(Payload::measured).collect();
    println!("{}", serde_json::json!({ "sha": sha(), "cases": cases }));
}

/// A payload, and the times of each peer.
struct Payload {
    body: String,
    bytes: Vec<u8>,
    /// Runs in a batch, for each peer. Empty until the first measurement.
    batches: Vec<u32>,
    microseconds: Vec<Vec<f64>>,
}

impl Payload {
    fn read(path: &Path) -> Self {
        let body = path.file_stem().expect("the path of a payload").to_string_lossy().into_owned();
        let bytes = std::fs::read(path).expect("a payload");
        Self { body, bytes, batches: Vec::new(), microseconds: vec![Vec::new(); PEERS.len()] }
    }

    fn measure(&mut self, receiver: &Receiver, rounds: usize) {
        // Signed anew each time, because peers that read the clock refuse deliveries older than five minutes.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
        let delivery = Delivery::new(self.bytes.clone(), now);
        let run = |peer: &Peer| (peer.run)(receiver, &delivery);
        if self.batches.is_empty() {
            for peer in PEERS {
                prove(peer, receiver, &delivery);
            }
            self.batches = PEERS.iter().map(|peer| batch(&|| run(peer))).collect();
        }
        for round in 0..rounds {
            for turn in 0..PEERS.len() {
                // Each round begins with another peer, so that no peer always follows the same one.
                let index = (turn + round) % PEERS.len();
                let time = time(&|| run(&PEERS[index]), self.batches[index]);
                self.microseconds[index].push(time.as_secs_f64() * 1e6 / f64::from(self.batches[index]));
            }
        }
    }

    fn measured(self) -> Vec<Measured> {
        let (body, bytes) = (self.body, self.bytes.len());
        let all = PEERS.iter().zip(self.microseconds);
        all.map(|(Peer { what, name: peer, .. }, microseconds)| Measured {
            what,
            peer,
            body: body.clone(),
            bytes,
            microseconds,
        })
        .collect()
    }
}

/// Asserts that a peer accepts a genuine delivery and, unless it only parses, refuses a forged one.
fn prove(peer: &Peer, receiver: &Receiver, delivery: &Delivery) {
    let Peer { what, name, run } = peer;
    assert!(run(receiver, delivery), "{what} {name} does not take what is genuine");
    assert!(*what == "parse" || !run(receiver, &delivery.forged()), "{what} {name} takes what is forged");
}

/// Returns the number of runs that fill a batch. The search for it also warms up.
fn batch(work: &dyn Fn() -> bool) -> u32 {
    let mut count = 1;
    loop {
        let took = time(work, count);
        if took >= BATCH {
            return count;
        }
        count *= 2;
    }
}

fn time(work: &dyn Fn() -> bool, count: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..count {
        black_box(work());
    }
    start.elapsed()
}

/// Returns the name of the CPU's instructions for SHA-256, or "none".
fn sha() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("sha") {
        return "SHA-NI";
    }
    #[cfg(target_arch = "aarch64")]
    if std::arch::is_aarch64_feature_detected!("sha2") {
        return "SHA2 (ARMv8)";
    }
    "none"
}

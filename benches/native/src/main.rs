//! The native library beside its peers: verifying, parsing and both, of the payloads in a directory.
//!
//! `cargo xtask bench` runs this. All peers take turns, in rounds: on a machine that others use too, what is measured
//! in one round was measured under the same conditions, and the ratios of a round tell more than two times that are
//! seconds apart. That is why this is neither criterion nor divan, which finish one peer before they begin the next.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use agentmail_webhooks_bench::{Delivery, PEERS, Receiver};
use serde::Serialize;

/// How long one peer is measured at a time. Long beside the clock's resolution, short beside what the machine does
/// meanwhile.
const BATCH: Duration = Duration::from_millis(2);

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
    let rounds = rounds.parse().expect("a number of rounds");
    let mut all = Vec::new();
    for path in bodies {
        let path = Path::new(path);
        let body = path.file_stem().expect("the path of a payload").to_string_lossy().into_owned();
        eprint!("  {body}");
        all.extend(measure(&body, std::fs::read(path).expect("a payload"), rounds));
    }
    eprintln!();
    let told = BTreeMap::from([("sha", serde_json::json!(sha())), ("cases", serde_json::json!(all))]);
    println!("{}", serde_json::to_string(&told).expect("JSON"));
}

fn measure(name: &str, payload: Vec<u8>, rounds: usize) -> Vec<Measured> {
    let bytes = payload.len();
    // Signed now: a peer that reads the clock refuses what is old.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let delivery = Delivery::new(payload, now);
    let receiver = Receiver::new();
    for peer in PEERS {
        assert!((peer.run)(&receiver, &delivery), "{} {} does not do its work", peer.what, peer.name);
        let forged = delivery.forged();
        assert!(
            peer.what == "parse" || !(peer.run)(&receiver, &forged),
            "{} {} takes what is forged",
            peer.what,
            peer.name
        );
    }
    let mut measured: Vec<_> = PEERS
        .iter()
        .map(|peer| Measured {
            what: peer.what,
            peer: peer.name,
            body: name.to_owned(),
            bytes,
            microseconds: Vec::new(),
        })
        .collect();
    let batches: Vec<_> = PEERS.iter().map(|peer| batch(&|| (peer.run)(&receiver, &delivery))).collect();
    for round in 0..rounds {
        for turn in 0..PEERS.len() {
            // Each round begins with another one, so that none is always behind the same.
            let index = (turn + round) % PEERS.len();
            let peer = &PEERS[index];
            let time = time(&|| (peer.run)(&receiver, &delivery), batches[index]);
            measured[index].microseconds.push(time.as_secs_f64() * 1e6 / f64::from(batches[index]));
        }
    }
    measured
}

/// How often something has to be done to fill a batch. Doing it warms up.
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
    let start = Instant::now();
    for _ in 0..count {
        black_box(work());
    }
    start.elapsed()
}

/// What the processor has for SHA-256.
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

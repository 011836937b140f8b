//! Tests whether the time of a verification reveals how much of a signature is right. By hand: `cargo xtask timing`.
//!
//! After dudect (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, 2017): many calls with inputs of two
//! classes in random order, and Welch's t-test on their times. Above 4.5, the classes are told apart; a time that
//! depends on a secret makes t grow with the number of samples. A control that compares byte by byte shows that this
//! machine can detect such a leak at all.
//!
//! Out of scope: which of several secrets matches, and the time of decoding base64 and hex. Neither reveals a secret.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "statistics, run by hand"
)]

use core::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use agentmail_webhooks::{Scheme, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const NOW: u64 = 1_790_000_000;
const ID: &str = "msg_2Kx9";
const PAYLOAD: &[u8] = br#"{"event_type":"message.sent"}"#;
const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
/// Samples in a batch: few, so that their inputs stay in the cache.
const BATCH: u64 = 1_000;
/// The customary limit for |t|.
const LIMIT: f64 = 4.5;

/// The change to the right signature that makes a class of wrong ones.
#[derive(Clone, Copy)]
enum Forgery {
    FirstByte,
    LastByte,
    Random,
    /// Always the same signature, with every byte wrong.
    Fixed,
}

struct Case {
    name: &'static str,
    scheme: Scheme,
    classes: [Forgery; 2],
    /// Number of signatures in the header.
    copies: usize,
    verify: fn(&Webhook, &[(&str, &str)]) -> bool,
}

fn main() -> ExitCode {
    let samples = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(4_000_000);
    let case = |name, scheme, classes, copies| Case { name, scheme, classes, copies, verify: ours };
    let ends = [Forgery::FirstByte, Forgery::LastByte];
    let random = [Forgery::Fixed, Forgery::Random];
    let near = [Forgery::Random, Forgery::LastByte];
    let control =
        Case { name: "control: byte by byte", scheme: Scheme::Body, classes: ends, copies: 1, verify: leaky };
    let cases = [
        case("standard: first or last byte wrong", Scheme::Standard, ends, 1),
        case("standard: the same, 32 times in a header", Scheme::Standard, ends, 32),
        case("standard: fixed or random", Scheme::Standard, random, 1),
        case("standard: random or last byte wrong", Scheme::Standard, near, 1),
        case("timestamped: first or last byte wrong", Scheme::Timestamped, ends, 1),
        case("timestamped: fixed or random", Scheme::Timestamped, random, 1),
        case("body: first or last byte wrong", Scheme::Body, ends, 1),
        case("body: fixed or random", Scheme::Body, random, 1),
    ];
    println!("| {:42} | samples | time | difference | max abs(t) | |\n|---|---|---|---|---|---|", "classes");
    let is_seen = measure(&control, samples);
    let told_apart = cases.iter().filter(|case| measure(case, samples)).count();
    if !is_seen {
        println!("The control was not seen: this machine is too noisy. Try again, with more samples.");
        return ExitCode::FAILURE;
    }
    println!("{told_apart} of {} are told apart (over {LIMIT}).", cases.len());
    if told_apart == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn ours(webhook: &Webhook, headers: &[(&str, &str)]) -> bool {
    webhook.verify_at(PAYLOAD, headers, NOW).is_ok()
}

/// Compares byte by byte, and stops at the first difference: the mistake that this test looks for.
fn leaky(webhook: &Webhook, headers: &[(&str, &str)]) -> bool {
    let signed = webhook.sign(PAYLOAD, ID, NOW).unwrap();
    let (_, right) = signed.iter().last().unwrap();
    let (_, claimed) = headers.last().unwrap();
    right.bytes().zip(claimed.bytes()).all(|(right, claimed)| black_box(right) == black_box(claimed))
}

/// Measures a case and prints its row. Returns whether the classes are told apart.
fn measure(case: &Case, samples: u64) -> bool {
    let webhook = Webhook::builder().secret_for(case.scheme, SECRET).unwrap().build().unwrap();
    let signed = webhook.sign(PAYLOAD, ID, NOW).unwrap();
    let mut headers: Vec<_> = signed.iter().collect();
    let (name, right) = headers.pop().unwrap();
    let right = decode(case.scheme, right);
    let mut random = Random(NOW);
    let mut thresholds = Vec::new();
    let mut tests = vec![Test::default(); 20];
    // The first batch warms up, and sets the thresholds at which the others are cropped.
    for batch in 0..=samples.div_ceil(BATCH) {
        let inputs: Vec<_> = (0..BATCH)
            .map(|_| {
                let class = (random.next() % 2) as usize;
                let mut forge = || encode(case.scheme, &forged(case.classes[class], right, &mut random));
                (class, (0..case.copies).map(|_| forge()).collect::<Vec<_>>().join(" "))
            })
            .collect();
        let mut times = Vec::new();
        for (class, signature) in &inputs {
            let mut headers = headers.clone();
            headers.push((name, signature));
            let start = Instant::now();
            let verified = black_box((case.verify)(black_box(&webhook), black_box(&headers)));
            let time = start.elapsed().as_nanos() as f64;
            assert!(!verified, "a forgery");
            times.push((*class, time));
        }
        if batch == 0 {
            let mut sorted: Vec<_> = times.iter().map(|(_, time)| *time).collect();
            sorted.sort_by(f64::total_cmp);
            // All samples, and then less and less of the slow end, which comes from interrupts.
            let percentile = |index: usize| sorted[(sorted.len() - 1) * (tests.len() - index) / tests.len()];
            thresholds =
                (0..tests.len()).map(|index| if index == 0 { f64::MAX } else { percentile(index) }).collect();
            continue;
        }
        for (class, time) in times {
            for (test, threshold) in tests.iter_mut().zip(&thresholds) {
                if time < *threshold {
                    test.classes[class].add(time);
                }
            }
        }
    }
    // A crop that leaves too few samples is ignored.
    let enough = |test: &&Test| test.classes.iter().all(|class| class.count > 10_000.0);
    let max = tests.iter().filter(enough).map(|test| test.t().abs()).fold(0.0, f64::max);
    // The lower half in time has the least noise.
    let [left, right] = tests[tests.len() / 2].classes;
    let told_apart = max > LIMIT;
    println!(
        "| {:42} | {samples} | {:.0} ns | {:+.3} ns | {max:.2} | {} |",
        case.name,
        left.mean,
        right.mean - left.mean,
        if told_apart { "told apart" } else { "" }
    );
    told_apart
}

fn decode(scheme: Scheme, signature: &str) -> [u8; 32] {
    let (_, encoded) = signature.split_at(signature.find([',', '=']).unwrap() + 1);
    // The decoder requires room for whole quanta.
    let mut buffer = [0; 33];
    if scheme == Scheme::Standard {
        STANDARD.decode_slice(encoded, &mut buffer).unwrap();
    } else {
        hex::decode_to_slice(encoded, &mut buffer[..32]).unwrap();
    }
    *buffer.first_chunk().unwrap()
}

fn encode(scheme: Scheme, signature: &[u8; 32]) -> String {
    let mut buffer = [0; 64];
    let (prefix, length) = if scheme == Scheme::Standard {
        ("v1,", STANDARD.encode_slice(signature, &mut buffer).unwrap())
    } else {
        hex::encode_to_slice(signature, &mut buffer).unwrap();
        (if scheme == Scheme::Body { "sha256=" } else { "v1=" }, 64)
    };
    format!("{prefix}{}", str::from_utf8(&buffer[..length]).unwrap())
}

fn forged(forgery: Forgery, right: [u8; 32], random: &mut Random) -> [u8; 32] {
    let mut signature = right;
    // Never 0, which would change nothing.
    let change = (random.next() % 255) as u8 + 1;
    match forgery {
        Forgery::FirstByte => signature[0] ^= change,
        Forgery::LastByte => signature[31] ^= change,
        Forgery::Random => signature = core::array::from_fn(|_| random.next() as u8),
        Forgery::Fixed => signature = right.map(|byte| !byte),
    }
    signature
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Welch's t-test of two classes.
#[derive(Clone, Default)]
struct Test {
    classes: [Times; 2],
}

/// Count, mean and sum of squared differences, by Welford's method.
#[derive(Clone, Copy, Default)]
struct Times {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Times {
    fn add(&mut self, time: f64) {
        self.count += 1.0;
        let difference = time - self.mean;
        self.mean += difference / self.count;
        self.squares += difference * (time - self.mean);
    }

    /// Returns the variance of the mean.
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

impl Test {
    fn t(&self) -> f64 {
        let [left, right] = self.classes;
        (left.mean - right.mean) / (left.variance() + right.variance()).sqrt()
    }
}

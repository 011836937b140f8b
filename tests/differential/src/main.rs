//! Makes deliveries and payloads at random, asks the native library about them, and writes questions and answers into a
//! directory. `differential.mjs` beside this crate asks the packed package the same in every runtime.
//!
//! The generator reads the schemas of the events, as the TypeScript declarations do, so that new events and fields are
//! covered at once.

#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a program, which has std")]
// A test tool, which computes only with small numbers that it creates itself.
#![allow(clippy::arithmetic_side_effects)]

mod damage;
mod delivery;
mod event;
mod json;
mod mutate;

use core::time::Duration;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use agentmail_webhooks::{Error, ErrorKind, Scheme, Webhook, parse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;

use delivery::Delivery;
use event::Events;

const VALID: usize = 10_000;
const MUTATED: usize = 10_000;
const PAYLOADS: usize = 5_000;
const DAMAGED: usize = 100_000;

/// Number of cases in a file, which a page or a Worker checks at a time.
const CASES: usize = 500;

/// Least number of mutated deliveries that must be refused with each code, or the mutations are poor.
const LEAST: usize = MUTATED / 100;

/// The reason why the program stopped.
type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seed = match arguments.as_slice() {
        [_] => Some(fastrand::u64(..)),
        [_, flag, seed] if flag == "--seed" => seed.parse().ok(),
        _ => None,
    };
    let (Some(directory), Some(seed)) = (arguments.first(), seed) else {
        eprintln!("differential <directory> [--seed <number>]");
        return ExitCode::FAILURE;
    };
    println!("  to repeat: cargo xtask differential --seed {seed}");
    match make(seed, Path::new(directory)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("differential: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn make(seed: u64, directory: &Path) -> Result<(), Failure> {
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(directory).map_err(|error| error.to_string())?;
    let rng = &mut Rng::with_seed(seed);
    let events = Events::new();

    let valid = (0..VALID).map(|_| {
        let (what, payload) = events.valid(rng)?;
        let payload = payload.write(rng).into();
        Ok(Case::delivery(what, Delivery::genuine(rng, payload)))
    });
    let answers = write_cases(directory, "valid", valid)?;
    if let Some((code, (_, shortest))) = answers.iter().find(|(code, _)| **code != ACCEPTED) {
        return Err(format!(
            "a valid delivery is refused as {code}, with cargo xtask differential --seed {seed}: {shortest}"
        ));
    }

    let mutated =
        (0..MUTATED).map(|_| mutate::delivery(rng, &events).map(|(what, it)| Case::delivery(what, it)));
    let answers = write_cases(directory, "mutated", mutated)?;
    // These two come from adapters and from JavaScript, never from the core.
    let elsewhere = [ErrorKind::PayloadTooLarge, ErrorKind::PayloadNotRaw];
    for kind in ErrorKind::ALL.iter().filter(|kind| !elsewhere.contains(kind)) {
        let count = answers.get(kind.code()).map_or(0, |(count, _)| *count);
        if count < LEAST {
            return Err(format!(
                "only {count} mutated deliveries are refused as {}: mutate more",
                kind.code()
            ));
        }
    }

    // No genuine mail is lost over a detail (WIRE 3.9): not one of these is refused.
    let damaged = (0..DAMAGED).map(|_| {
        let (what, payload) = damage::payload(rng, &events)?;
        Ok(Case::delivery(what, Delivery::genuine(rng, payload)))
    });
    let answers = write_cases(directory, "damaged", damaged)?;
    if let Some((code, (_, shortest))) = answers.iter().find(|(code, _)| **code != ACCEPTED) {
        return Err(format!(
            "a damaged delivery is refused as {code}, with cargo xtask differential --seed {seed}: {shortest}"
        ));
    }

    let payloads =
        (0..PAYLOADS).map(|_| mutate::payload(rng, &events).map(|(what, it)| Case::payload(what, it)));
    write_cases(directory, "payloads", payloads).map(drop)
}

/// A question to the library.
struct Case {
    what: String,
    payload: Vec<u8>,
    /// `None` if the question is to `parse`.
    delivery: Option<Delivery>,
}

impl Case {
    fn delivery(what: String, delivery: Delivery) -> Self {
        Self { what, payload: delivery.payload.clone(), delivery: Some(delivery) }
    }

    fn payload(what: String, payload: Vec<u8>) -> Self {
        Self { what, payload, delivery: None }
    }

    /// Returns the answer as JSON, with the members in the order of the npm package.
    fn answer(&self) -> Result<String, Error> {
        let Some(delivery) = &self.delivery else { return parse(&self.payload).map(|event| text(&event)) };
        let mut builder = Webhook::builder().tolerance(Duration::from_secs(delivery.tolerance));
        for (scheme, secret) in &delivery.secrets {
            builder = builder.secret_for(scheme.parse::<Scheme>()?, secret)?;
        }
        let webhook = builder.build()?;
        let it = webhook.receive_at(&self.payload, &delivery.headers, delivery.now)?;
        let members = [
            Some(("scheme", text(&it.scheme.as_str()))),
            it.id.map(|id| ("id", text(&id))),
            it.timestamp.map(|timestamp| ("timestamp", text(&timestamp))),
            Some(("secretIndex", text(&it.secret_index))),
            Some(("idempotencyKey", text(&it.idempotency_key))),
            Some(("event", text(&it.event))),
            Some(("warnings", text(&it.warnings))),
        ];
        Ok(object(members.into_iter().flatten()))
    }

    /// Returns a line of a file, and the error code if the case is refused.
    fn line(&self) -> (String, Option<&'static str>) {
        let answer = self.answer();
        let mut line = vec![("what", text(&self.what)), ("payload", text(&STANDARD.encode(&self.payload)))];
        if let Some(Delivery { headers, secrets, now, tolerance, .. }) = &self.delivery {
            line.extend([("headers", text(headers)), ("secrets", text(secrets))]);
            line.extend([("now", text(now)), ("tolerance", text(tolerance))]);
        }
        line.push(match &answer {
            Ok(answer) => ("answer", text(answer)),
            Err(error) => ("error", text(&error_text(error))),
        });
        (object(line), answer.err().map(|error| error.code()))
    }
}

fn error_text(error: &Error) -> String {
    object([
        ("code", text(&error.code())),
        ("message", text(&error.to_string())),
        ("hint", text(&error.hint())),
        ("status", text(&error.status())),
    ])
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Writes a value as JSON. If that fails, the result is the error, which is not JSON and counts as a difference.
fn text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

const ACCEPTED: &str = "accepted";

/// Writes the cases of a set. Returns the number of cases and the shortest case for each answer.
fn write_cases(
    directory: &Path,
    set: &str,
    cases: impl Iterator<Item = Result<Case, Failure>>,
) -> Result<BTreeMap<&'static str, (usize, String)>, Failure> {
    let mut answers: BTreeMap<_, (usize, String)> = BTreeMap::new();
    let mut lines = Vec::new();
    for case in cases {
        let (line, code) = case?.line();
        let (count, shortest) = answers.entry(code.unwrap_or(ACCEPTED)).or_default();
        if *count == 0 || line.len() < shortest.len() {
            shortest.clone_from(&line);
        }
        *count += 1;
        lines.push(line);
    }
    for (number, chunk) in lines.chunks(CASES).enumerate() {
        let path = directory.join(format!("{set}-{number:03}.jsonl"));
        fs::write(path, chunk.join("\n")).map_err(|error| error.to_string())?;
    }
    let told: Vec<_> = answers.iter().map(|(code, (count, _))| format!("{count} {code}")).collect();
    println!("  {} {set}: {}", lines.len(), told.join(", "));
    Ok(answers)
}

//! The shared fixtures against the Rust interface. `tests/fixtures/README.md` has their format.

#![cfg(not(target_arch = "wasm32"))]
// Tests panic on failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

extern crate alloc;

mod common;

use alloc::collections::BTreeSet;

use agentmail_webhooks::{ErrorKind, Event};
use common::{Case, FILES, cases, differences, sample};

/// Runs every case of a file, and reports all that fail at once. Miri, a thousand times slower, runs a case of every fourth file.
#[track_caller]
fn conforms(file: &str) {
    let cases = if cfg!(miri) { Vec::from_iter(sample(file)) } else { cases(file) };
    if cfg!(miri) {
        println!("{file}: {} cases", cases.len());
    }
    let failures: Vec<_> = cases.iter().filter_map(differences).collect();
    assert!(failures.is_empty(), "{} cases of {file}.json fail:\n\n{}", failures.len(), failures.join("\n"));
}

macro_rules! conformance {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            conforms($file);
        })*
    };
}
common::with_files!(conformance);

fn all_cases() -> impl Iterator<Item = Case> {
    FILES.iter().flat_map(|(file, _)| cases(file))
}

#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn every_listed_file_is_there_and_no_other() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).unwrap();
    let mut found: BTreeSet<_> =
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // Python creates it beside modules that are imported.
    found.remove("__pycache__");
    for beside in [
        "README.md",
        "oracle.py",
        "oracle_json.py",
        "oracle_mail.py",
        "oracle_schemas.py",
        "runner.py",
        "schema.json",
    ] {
        assert!(found.remove(beside), "{beside} is missing");
    }
    assert_eq!(found, FILES.iter().map(|(name, _)| format!("{name}.json")).collect());
}

#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    for case in all_cases() {
        assert!(seen.insert(case.id().to_owned()), "{} is not unique", case.id());
    }
}

/// The documents that WIRE settles have 17 example payloads between them.
#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn every_documented_payload_has_a_case() {
    let is_seed = |case: &Case| case.has_flag("seed") && case.expected()["event"].is_object();
    let cases: Vec<_> = all_cases().filter(is_seed).collect();
    let of = |document: &str| {
        let id = format!("seed-{document}-");
        cases.iter().filter(|case| case.id().starts_with(&id)).count()
    };
    assert_eq!(["000", "001", "002", "003", "004"].map(of), [3, 1, 1, 1, 11]);
    assert_eq!(cases.len(), 17);
}

#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn every_error_code_occurs() {
    let expected: BTreeSet<_> =
        all_cases().filter_map(|case| Some(case.expected()["error"]["code"].as_str()?.to_owned())).collect();
    // These two come from adapters and from JavaScript, never from the core.
    let elsewhere = [ErrorKind::PayloadTooLarge, ErrorKind::PayloadNotRaw];
    let kinds = ErrorKind::ALL.iter().filter(|kind| !elsewhere.contains(kind));
    assert_eq!(expected, kinds.map(|kind| kind.code().to_owned()).collect());
}

/// Errors and explanations are safe to log: they contain no secret, no signature and no payload.
#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn nothing_told_is_private() {
    const TELLING: usize = 12;
    // A message may name known members and events, and some are long.
    const KNOWN: [&str; 25] = [
        "attendee_count",
        "calendar_event",
        "completed_at",
        "duration_mode",
        "duration_value",
        "feedback_enabled",
        "inbound_enabled",
        "is_exception",
        "manual_override",
        "message_count",
        "organization_id",
        "organizer_email",
        "origin_message_id",
        "original_start_at",
        "original_start",
        "original_verdict",
        "resource_revision",
        "responded_at",
        "response_status",
        "scheduled_at",
        "sender_verified",
        "subdomains_enabled",
        "tracking_enabled",
        "truncate_before",
        "unavailable_reason",
    ];
    let mut leaks = Vec::new();
    for case in all_cases() {
        let told = match case.answer() {
            Err(error) => {
                vec![error.to_string(), error.hint().to_owned(), format!("{error:?}").replace('"', "")]
            }
            Ok(parts) => match &parts.get("explanation") {
                Some(explanation) => explanation["checks"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it["advice"].to_string())
                    .collect(),
                None => continue,
            },
        };
        let payload = String::from_utf8_lossy(&case.payload()).into_owned();
        let known = KNOWN.iter().chain(Event::TYPES);
        let payload = known.fold(payload, |payload, name| payload.replace(name, ""));
        let signatures = case.signatures();
        let private: Vec<_> =
            case.secrets().chain([payload.as_str()]).chain(signatures.iter().map(String::as_str)).collect();
        for told in told {
            let chars: Vec<_> = told.chars().collect();
            let mut windows = chars.windows(TELLING).map(|window| window.iter().collect::<String>());
            let leak = windows.find(|window| private.iter().any(|text| text.contains(window)));
            leaks.extend(leak.map(|leak| format!("{}: {told:?} tells {leak:?}\n", case.id())));
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.concat());
}

/// A message begins with the words of its code, so that a log does not say them twice. A hint is at most three short
/// sentences that say something new.
#[test]
#[cfg_attr(miri, ignore = "about the fixtures, which takes long to read")]
fn messages_and_hints_have_one_form() {
    let mut seen = BTreeSet::new();
    for case in all_cases() {
        let Err(error) = case.answer() else { continue };
        seen.insert(error.code());
        let (message, hint) = (error.to_string(), error.hint());
        let words = error.code().replace('_', " ");
        let begins = message.to_lowercase().starts_with(&words) || message == "no signature headers";
        assert!(begins, "{}: {message}", case.id());
        assert!(hint.starts_with(char::is_uppercase) && hint.ends_with('.'), "{}: {hint}", case.id());
        assert!(
            hint.len() <= 170 && !hint.contains('?') && !hint.contains(&message),
            "{}: {hint}",
            case.id()
        );
        let genuine = error.verified().is_some();
        match error.kind() {
            ErrorKind::WrongScheme => {
                assert!(hint.contains("configure it with the secret: { secret, scheme }"));
            }
            ErrorKind::InvalidJson | ErrorKind::InvalidEvent => {
                assert_eq!(hint.starts_with("The delivery is genuine."), genuine, "{}: {hint}", case.id());
            }
            _ => assert!(!genuine),
        }
    }
    assert!(seen.len() >= 11, "{seen:?}");
}

//! Parsing allocates memory in proportion to the payload, for every payload.
//! `tests/packed/module/memory.mjs` has the same for the wasm module, with payloads of 64 MB.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::arithmetic_side_effects, reason = "small numbers")]

use agentmail_webhooks::parse;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const SIZE: usize = 8_000_000;
/// Text with escapes is unescaped once into a buffer that grows by doubling, and once into its place.
const TIMES: usize = 4;

/// A payload of about [`SIZE`] bytes.
fn payload(prefix: &str, unit: &str, suffix: &str) -> String {
    format!("{prefix}{}{suffix}", unit.repeat(SIZE / unit.len()))
}

// One test, because the peak is that of the whole process.
#[test]
fn memory_is_in_proportion_to_the_payload() {
    let message =
        r#"{"event_type":"message.received","message":{"inbox_id":"i","thread_id":"t","message_id":"m","#;
    let shapes = [
        ("plain text", payload(&format!(r#"{message}"text":""#), "x", r#""}}"#)),
        ("text of escapes", payload(&format!(r#"{message}"text":""#), r"\n", r#""}}"#)),
        ("escapes outside ASCII", payload(&format!(r#"{message}"text":""#), r"\u4e2d", r#""}}"#)),
        ("text that does not end", payload(&format!(r#"{message}"text":""#), r"\n", "")),
        ("attachments that are empty", payload(&format!(r#"{message}"attachments":["#), "{},", "{}]}}")),
        ("addresses", payload(&format!(r#"{message}"to":["#), r#""","#, r#"""]}}"#)),
        ("unknown members", payload(message, r#""":0,"#, r#""a":0}}"#)),
        ("attachments with members of their own", {
            let members = r#""":0,"#.repeat(60_000);
            let attachment = format!(r#"{{{members}"size":1}},"#);
            format!(r#"{message}"attachments":[{}{{}}]}}}}"#, attachment.repeat(SIZE / attachment.len()))
        }),
        ("headers", payload(&format!(r#"{message}"headers":{{"#), r#""":0,"#, r#""a":0}}}"#)),
        ("a list in extra", payload(&format!(r#"{message}"other":["#), "0,", "0]}}")),
        ("an unknown event", payload(r#"{"event_type":"moon.landed","crew":["#, "0,", "0]}")),
        ("brackets", payload("", "[", "")),
        ("objects in objects", payload("", r#"{"":"#, "")),
        ("digits", payload("", "1", "")),
        ("zero bytes", payload("", "\0", "")),
        ("names", payload(r#"{"event_type":""#, "x", r#""}"#)),
        ("repeated event_type", payload("{", r#""event_type":"x","#, r#""a":0}"#)),
    ];
    for (name, payload) in shapes {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let told = match parse(payload.as_bytes()) {
            Ok(event) => event.event_type().to_owned(),
            Err(error) => error.to_string(),
        };
        let peak = ALLOCATOR.peak_usage().saturating_sub(before);
        let allowed = payload.len() * TIMES;
        assert!(peak <= allowed, "{name}: {peak} bytes for a payload of {}: {told}", payload.len());
        println!("{name}: {:.2} times the payload: {told}", ratio(peak, payload.len()));
    }
}

#[allow(clippy::as_conversions, clippy::cast_precision_loss, reason = "for a person to read")]
fn ratio(peak: usize, size: usize) -> f64 {
    peak as f64 / size as f64
}

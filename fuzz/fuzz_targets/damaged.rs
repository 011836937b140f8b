//! Any members beside what identifies an event: it is an event, and nothing of it is lost.
#![no_main]

#[path = "../../tests/common/invariants.rs"]
mod invariants;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|members: &[u8]| {
    if let Ok(members) = std::str::from_utf8(members) {
        invariants::check_damaged(members);
    }
});

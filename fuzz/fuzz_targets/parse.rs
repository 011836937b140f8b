//! Any bytes are an event that can go in again, or a typed error that is right.
#![no_main]

#[path = "../../tests/common/invariants.rs"]
mod invariants;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let _ = invariants::check_payload(payload);
});

//! Properties of all deliveries, payloads and addresses, tested on random ones. `PROPTEST_CASES` sets their number.
//! Every failure becomes a fixture, so that all languages have it.

#![cfg(not(target_arch = "wasm32"))]
// Tests panic on failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

extern crate alloc;

mod addresses;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/invariants.rs"]
mod invariants;
mod payloads;
mod signing;

use proptest::prelude::ProptestConfig;

fn config() -> ProptestConfig {
    // Failures are reported with a reduced input; they become fixtures, not a file of seeds.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

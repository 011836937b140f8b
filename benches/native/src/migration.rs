//! The Rust of `docs/migration.md`, which asserts what it says.

include!(concat!(env!("OUT_DIR"), "/migration.rs"));

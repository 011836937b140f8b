// The examples of the page need these features. The page is included with any features.
#![cfg_attr(
    any(not(doctest), all(feature = "axum", feature = "testing")),
    doc = include_str!("../docs/rust.md")
)]
// Its links are to items of all features, which docs.rs enables.
#![cfg_attr(all(feature = "axum", feature = "postgres", feature = "redis", feature = "testing"), doc = include_str!("items.md"))]
#![no_std]
#![cfg_attr(not(feature = "wasm"), forbid(unsafe_code))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(all(feature = "axum", not(all(target_family = "wasm", target_os = "unknown"))))]
pub mod axum;
mod decimal;
#[cfg(doctest)]
mod documentation;
mod error;
#[cfg(feature = "alloc")]
mod event;
#[cfg(feature = "explain")]
mod explain;
mod scheme;
mod signature;
#[cfg(feature = "alloc")]
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "wasm")]
pub mod wasm;
mod webhook;
#[cfg(feature = "alloc")]
mod wire;

#[cfg(feature = "alloc")]
pub use error::Verification;
pub use error::{Error, ErrorKind};
#[cfg(feature = "alloc")]
pub use event::*;
#[cfg(all(
    feature = "explain",
    feature = "std",
    not(all(target_family = "wasm", target_os = "unknown"))
))]
pub use explain::explain;
#[cfg(feature = "explain")]
pub use explain::{Check, CheckName, Explanation, Verdict, explain_at, explain_within};
pub use scheme::Scheme;
pub use signature::{Headers, MAX_SECRETS, SignedHeaders, Verified};
pub use webhook::{Webhook, WebhookBuilder};

//! Who signed a delivery, and when: headers -> claim -> HMAC-SHA256 and the replay window -> [`Verified`].
//!
//! Nothing here allocates or reads a clock.

pub(crate) mod claim;
mod headers;
pub(crate) mod secret;
mod sign;
pub(crate) mod verify;

pub use headers::Headers;
pub use sign::SignedHeaders;
pub use verify::{MAX_SECRETS, Verified};

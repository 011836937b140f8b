//! Authentication of a delivery: headers -> claim -> HMAC-SHA256 and the replay window -> [`Verified`].
//!
//! Nothing here reads a clock, and verification does not allocate. Each file uses only those before it: `headers`,
//! `claim`; `secret`; `verify`, `sign`.

pub(crate) mod claim;
mod headers;
pub(crate) mod secret;
mod sign;
pub(crate) mod verify;

pub use headers::Headers;
pub(crate) use headers::SignatureHeaders;
pub use secret::MAX_SECRETS;
pub use sign::SignedHeaders;
pub use verify::Verified;

//! The names of endpoints, by which stores that several endpoints share tell their deliveries apart.

use crate::error::{Error, Reason};

/// Longest name of an endpoint, in bytes.
const MAX_ENDPOINT: usize = 100;

/// Refuses what cannot be the name of an endpoint. A colon ends the name in keys.
pub(super) fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    let is_name = |byte| matches!(byte, b'!'..=b'~') && byte != b':';
    if (1..=MAX_ENDPOINT).contains(&endpoint.len()) && endpoint.bytes().all(is_name) {
        return Ok(());
    }
    let rule =
        "the endpoint of a store must be 1 to 100 printable ASCII characters without spaces and colons";
    Err(Reason::InvalidOption(rule).into())
}

//! The names of endpoints, which separate the deliveries of endpoints that share a database.

use crate::error::{Error, Reason};

/// The maximum length of the name of an endpoint, in bytes.
const MAX_ENDPOINT: usize = 100;

/// Validates the name of an endpoint. It has no colon, which separates it from the key in a database.
pub(super) fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    let is_name = |byte| matches!(byte, b'!'..=b'~') && byte != b':';
    if (1..=MAX_ENDPOINT).contains(&endpoint.len()) && endpoint.bytes().all(is_name) {
        return Ok(());
    }
    let rule =
        "the endpoint of a store must be 1 to 100 printable ASCII characters without spaces and colons";
    Err(Reason::InvalidOption(rule).into())
}

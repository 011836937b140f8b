//! What is wrong with the form of a secret, in words that help, and without a letter of it.

use crate::scheme::Scheme;

/// What usually stands before the base64 of a `standard` secret.
pub(crate) const PREFIX: &str = "whsec_";

/// How keys of APIs begin.
const API_KEYS: [&str; 5] = ["am_", "sk_", "pk_", "key_", "Bearer "];

/// Why no key can be made of a secret. For `standard`, one that looks well may still not be base64.
pub(crate) fn fault(scheme: Scheme, secret: &str) -> Option<&'static str> {
    if secret.is_empty() {
        return Some("it is empty");
    }
    if secret.trim() != secret {
        return Some("white space around it");
    }
    (scheme == Scheme::Standard).then(|| likely_mistake(secret)).flatten()
}

/// What no `standard` secret begins with: none of it is base64.
fn likely_mistake(secret: &str) -> Option<&'static str> {
    let begins = |start: &str| secret.starts_with(start);
    if begins("whsec_whsec_") {
        Some("whsec_ stands before it twice")
    } else if begins("v1,") {
        Some("v1, stands before it")
    } else if begins("\"") || begins("'") {
        Some("quotation marks around it")
    } else if looks_like_api_key(secret) {
        Some("it looks like an API key")
    } else {
        None
    }
}

pub(crate) fn looks_like_api_key(secret: &str) -> bool {
    API_KEYS.iter().any(|start| secret.starts_with(start))
}

/// The base64 of a secret, without what people leave around it.
#[cfg(feature = "alloc")]
pub(crate) fn bare(secret: &str) -> &str {
    let around = |char: char| char.is_whitespace() || matches!(char, '"' | '\'');
    let secret = secret.trim_matches(around);
    let mut bare = secret.strip_prefix("v1,").unwrap_or(secret);
    // Not `trim_start_matches`: what searches for a text is larger than all of this module.
    while let Some(rest) = bare.strip_prefix(PREFIX) {
        bare = rest;
    }
    bare
}

//! Other readings of a secret, for secrets that are not in the form of their scheme.

use alloc::vec::Vec;

use crate::scheme::Scheme;
use crate::signature::secret::{self, Key, PREFIX};

/// Describes an unusual, but well-formed secret.
pub(super) fn note(scheme: Scheme, secret: &str) -> Option<&'static str> {
    let prefixed = secret.starts_with(PREFIX);
    match scheme {
        Scheme::Standard if !prefixed => Some("well formed, without the usual whsec_ before it"),
        Scheme::Standard => None,
        _ if prefixed => {
            Some("begins with whsec_, as secrets of scheme standard do; here that is part of the key")
        }
        _ if secret::looks_like_api_key(secret) => Some("it looks like an API key"),
        _ => None,
    }
}

/// Returns the keys of a secret in other readings than that of its scheme, with descriptions.
pub(super) fn readings(scheme: Scheme, text: &str) -> Vec<(Key, &'static str)> {
    let bare = bare(text);
    let decoded = || Key::decoded(scheme, bare);
    let raw = |text: &str| Key::from_bytes(scheme, text.as_bytes());
    let readings = match scheme {
        Scheme::Standard => [
            (Key::new(scheme, text.trim()), "without the white space around it"),
            (Key::new(scheme, bare), "without the characters around its base64"),
            (raw(text.trim()), "as plain text: configure the base64 of that text"),
            (raw(bare), "as plain text without whsec_: configure the base64 of that text"),
        ],
        Scheme::Timestamped | Scheme::Body => [
            (raw(text.trim()), "without the white space around it"),
            (raw(bare), "without its prefix: configure the part after whsec_"),
            (raw(text.trim_matches(['"', '\''])), "without the quotation marks around it"),
            (decoded(), "decoded from base64, as in scheme standard"),
        ],
    };
    readings.into_iter().filter_map(|(key, how)| Some((key.ok()?, how))).collect()
}

/// Returns the key of a secret under another scheme.
pub(super) fn under(scheme: Scheme, text: &str) -> Option<Key> {
    let text = if scheme == Scheme::Standard { bare(text) } else { text };
    Key::new(scheme, text.trim()).ok()
}

/// Returns the base64 of a secret, without quotation marks, white space and prefixes.
fn bare(secret: &str) -> &str {
    let around = |char: char| char.is_whitespace() || matches!(char, '"' | '\'');
    let secret = secret.trim_matches(around);
    let mut bare = secret.strip_prefix("v1,").unwrap_or(secret);
    // A loop, because `trim_start_matches` would make the wasm module much larger.
    while let Some(rest) = bare.strip_prefix(PREFIX) {
        bare = rest;
    }
    bare
}

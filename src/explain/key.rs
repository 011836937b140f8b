//! Other readings of a secret: the keys that it may stand for, if its form is not that of its scheme.

use alloc::vec::Vec;

use crate::scheme::Scheme;
use crate::signature::secret::{self, Key, PREFIX};

/// Returns what is unusual about a well-formed secret.
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

/// Returns the keys that a secret stands for in other readings than that of its scheme, each with its reading.
pub(super) fn readings(scheme: Scheme, text: &str) -> Vec<(Key, &'static str)> {
    let bare = bare(text);
    let decoded = || Key::decoded(scheme, bare);
    let raw = |text: &str| Key::from_bytes(scheme, text.as_bytes());
    let readings = match scheme {
        Scheme::Standard => [
            (Key::new(scheme, text.trim()), "once the white space around it is taken away"),
            (Key::new(scheme, bare), "once what stands around its base64 is taken away"),
            (raw(text.trim()), "undecoded: its text is the key, so configure the base64 of that text"),
            (raw(bare), "undecoded, without whsec_: that text is the key, so configure the base64 of it"),
        ],
        Scheme::Timestamped | Scheme::Body => [
            (raw(text.trim()), "once the white space around it is taken away"),
            (raw(bare), "without what stands around it: configure what comes after whsec_"),
            (raw(text.trim_matches(['"', '\''])), "once the quotation marks around it are taken away"),
            (decoded(), "decoded from base64, as scheme standard has it"),
        ],
    };
    readings.into_iter().filter_map(|(key, how)| Some((key.ok()?, how))).collect()
}

/// Returns the key that a secret stands for under another scheme than its own.
pub(super) fn under(scheme: Scheme, text: &str) -> Option<Key> {
    let text = if scheme == Scheme::Standard { bare(text) } else { text };
    Key::new(scheme, text.trim()).ok()
}

/// Returns the base64 of a secret, without what people leave around it.
fn bare(secret: &str) -> &str {
    let around = |char: char| char.is_whitespace() || matches!(char, '"' | '\'');
    let secret = secret.trim_matches(around);
    let mut bare = secret.strip_prefix("v1,").unwrap_or(secret);
    // Not `trim_start_matches`: the code that searches for a text is larger than all of this module.
    while let Some(rest) = bare.strip_prefix(PREFIX) {
        bare = rest;
    }
    bare
}

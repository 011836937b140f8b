//! HMAC-SHA256 (RFC 2104), of which the host computes the inner hash: over the payload, which may be long.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::signature::claim::Claim;
use crate::signature::secret::Mac;

/// A block of SHA-256, in bytes.
const BLOCK: usize = 64;
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

/// How many bytes the host has to hash before the payload.
pub(super) fn front_length(signed: &Claim<'_>) -> usize {
    signed.prefixes().fold(BLOCK, |length, prefix| length.saturating_add(prefix.len()).saturating_add(1))
}

/// Writes these bytes to the end of `front`, where the payload begins.
pub(super) fn write_front(key: &[u8], signed: &Claim<'_>, front: &mut [u8]) {
    let start = front.len().saturating_sub(front_length(signed));
    let mut places = front.get_mut(start..).unwrap_or_default().iter_mut();
    let block = padded(key, INNER);
    let prefixes = signed.prefixes().flat_map(|prefix| prefix.bytes().chain([b'.']));
    for (byte, place) in block.iter().copied().chain(prefixes).zip(&mut places) {
        *place = byte;
    }
}

/// The MAC, once the inner hash is known.
pub(super) fn mac(key: &[u8], inner: &[u8]) -> Mac {
    Mac::new(
        <[u8; 32]>::from(Sha256::new().chain_update(padded(key, OUTER)).chain_update(inner).finalize())
            .into(),
    )
}

/// The key in one block, each byte of which is changed by `pad`.
fn padded(key: &[u8], pad: u8) -> Zeroizing<[u8; BLOCK]> {
    let mut block = Zeroizing::new([pad; BLOCK]);
    let hashed;
    let key = if key.len() > BLOCK {
        hashed = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
        hashed.as_slice()
    } else {
        key
    };
    for (place, byte) in block.iter_mut().zip(key) {
        *place ^= byte;
    }
    block
}

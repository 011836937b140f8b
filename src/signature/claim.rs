//! Parses the headers of a scheme into a [`Claim`], without a key, a clock or allocation.
//!
//! Section "WIRE 1" of `tests/fixtures/README.md` is the source of every rule in this module.

use base64ct::{Base64, Encoding as _};

use super::headers::{Copies, MAX_SIGNATURES, SIGNATURE, SVIX, SignatureHeaders, TIMESTAMP, WEBHOOK};
use crate::decimal;
use crate::error::Reason;
use crate::scheme::Scheme;

/// The signed parts of the headers, and the signatures. None of it is verified yet.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'h> {
    pub(crate) scheme: Scheme,
    pub(crate) id: Option<&'h str>,
    pub(crate) timestamp: Option<Timestamp<'h>>,
    pub(crate) signatures: Signatures<'h>,
}

/// A timestamp: its value, and its digits as they were sent and signed.
#[derive(Clone, Copy)]
pub(crate) struct Timestamp<'h> {
    pub(crate) text: &'h str,
    pub(crate) seconds: u64,
}

/// Well-formed signatures.
#[derive(Clone, Copy)]
pub(crate) enum Signatures<'h> {
    /// The value of a `standard` signature header. Every entry is well-formed.
    List(&'h str),
    One([u8; 32]),
}

impl Signatures<'_> {
    /// Iterates over the signatures of 32 bytes. Others cannot match, and are left out.
    pub(crate) fn iter(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        let (list, one) = match self {
            Self::List(list) => (*list, None),
            Self::One(signature) => ("", Some(*signature)),
        };
        split_entries(list).filter_map(|entry| parse_entry(entry).ok().flatten()).chain(one)
    }
}

impl<'h> Claim<'h> {
    /// Returns `true` if the request has headers of this scheme, even malformed ones.
    ///
    /// `X-AgentMail-Signature` belongs to `timestamped` if it begins with `v1=`, otherwise to `body`. If its copies
    /// differ, it belongs to both.
    pub(crate) fn is_carried(scheme: Scheme, headers: &SignatureHeaders<'h>) -> bool {
        let v1 = headers.signature.starts_with(b"v1=");
        let both = headers.signature.is_conflicting();
        match scheme {
            Scheme::Standard => headers.svix.iter().chain(&headers.webhook).any(Copies::is_present),
            Scheme::Timestamped => headers.timestamp.is_present() || v1 || both,
            Scheme::Body => headers.signature.is_present() && (!v1 || both),
        }
    }

    /// Parses the headers of a scheme.
    pub(crate) fn parse(scheme: Scheme, headers: &SignatureHeaders<'h>) -> Result<Self, Reason> {
        match scheme {
            Scheme::Standard => parse_standard(headers),
            Scheme::Timestamped => {
                let [timestamp, signature] =
                    values([headers.timestamp, headers.signature], [TIMESTAMP, SIGNATURE], scheme)?;
                let digits = signature
                    .strip_prefix("v1=")
                    .ok_or(Reason::InvalidHeader(SIGNATURE, "expected v1= and 64 hex digits"))?;
                Ok(Self {
                    scheme,
                    id: None,
                    timestamp: Some(parse_timestamp(TIMESTAMP, timestamp)?),
                    signatures: Signatures::One(parse_hex(digits)?),
                })
            }
            Scheme::Body => {
                let [signature] = values([headers.signature], [SIGNATURE], scheme)?;
                let digits = signature.strip_prefix("sha256=").unwrap_or(signature);
                let signatures = Signatures::One(parse_hex(digits)?);
                Ok(Self { scheme, id: None, timestamp: None, signatures })
            }
        }
    }

    /// Iterates over the parts that precede the payload in the signed content, each followed by a dot.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &'h str> + use<'h> {
        self.id.into_iter().chain(self.timestamp.map(|timestamp| timestamp.text))
    }
}

/// Parses the complete header set. An incomplete second set is ignored. Two complete sets must be equal, so that code
/// that reads either of them reads verified values.
fn parse_standard<'h>(headers: &SignatureHeaders<'h>) -> Result<Claim<'h>, Reason> {
    let SignatureHeaders { svix, webhook, .. } = headers;
    let is_whole = |set: &[Copies<'h>; 3]| set.iter().all(Copies::is_present);
    match (is_whole(svix), is_whole(webhook)) {
        (true, true) => {
            let mut both = *svix;
            for (copies, twin) in both.iter_mut().zip(webhook) {
                *copies = copies.with(*twin);
            }
            parse_set(both, SVIX)
        }
        (false, true) => parse_set(*webhook, WEBHOOK),
        // Without a complete set, the error names a missing header of the set that is present.
        (false, false) if !svix.iter().any(Copies::is_present) => parse_set(*webhook, WEBHOOK),
        _ => parse_set(*svix, SVIX),
    }
}

/// Parses one set of `standard` headers: id, timestamp, signature.
fn parse_set<'h>(set: [Copies<'h>; 3], names: [&'static str; 3]) -> Result<Claim<'h>, Reason> {
    let scheme = Scheme::Standard;
    let [id_name, timestamp_name, signature_name] = names;
    let [id, timestamp, list] = values(set, names, scheme)?;
    let signatures = parse_signatures(signature_name, list)?;
    Ok(Claim {
        scheme,
        id: Some(parse_id(id_name, id)?),
        timestamp: Some(parse_timestamp(timestamp_name, timestamp)?),
        signatures,
    })
}

/// Parses every combination of the two sets of `standard` headers.
#[cfg(feature = "explain")]
pub(crate) fn exchanged<'h>(headers: &SignatureHeaders<'h>) -> impl Iterator<Item = Claim<'h>> {
    let ([svix_id, svix_timestamp, svix_signature], [id, timestamp, signature]) =
        (headers.svix, headers.webhook);
    [svix_id, id].into_iter().flat_map(move |id| {
        [svix_timestamp, timestamp].into_iter().flat_map(move |timestamp| {
            let signatures = [svix_signature, signature].into_iter();
            signatures.filter_map(move |signature| parse_set([id, timestamp, signature], SVIX).ok())
        })
    })
}

/// Returns the values of the headers of a scheme. Reports conflicts first, then missing headers, then malformed ones.
fn values<'h, const N: usize>(
    headers: [Copies<'h>; N],
    names: [&'static str; N],
    scheme: Scheme,
) -> Result<[&'h str; N], Reason> {
    let mut values = [""; N];
    read_values(&headers, &names, scheme, &mut values).map(|()| values)
}

/// Implements [`values`] without the const parameter, so that it is compiled once.
fn read_values<'h>(
    headers: &[Copies<'h>],
    names: &[&'static str],
    scheme: Scheme,
    values: &mut [&'h str],
) -> Result<(), Reason> {
    let pairs = || headers.iter().zip(names);
    if let Some((_, name)) = pairs().find(|(copies, _)| copies.is_conflicting()) {
        return Err(Reason::ConflictingHeaders(name));
    }
    if let Some((_, name)) = pairs().find(|(copies, _)| !copies.is_present()) {
        return Err(Reason::MissingHeader(name, scheme));
    }
    for ((copies, name), value) in pairs().zip(values) {
        *value = copies.value(name, scheme)?;
    }
    Ok(())
}

/// Parses `v1,<base64>` entries, separated by single spaces. Entries of other versions are skipped later.
fn parse_signatures<'h>(name: &'static str, list: &'h str) -> Result<Signatures<'h>, Reason> {
    let invalid = |problem| Reason::InvalidHeader(name, problem);
    let mut first = None;
    let mut count = 0_usize;
    for entry in split_entries(list) {
        if count >= MAX_SIGNATURES {
            return Err(invalid("more than 32 signatures"));
        }
        let signature = parse_entry(entry).map_err(invalid)?;
        first = first.or(signature);
        count = count.saturating_add(1);
    }
    // Usually, there is a single signature, which is decoded only once.
    Ok(match first {
        Some(signature) if count == 1 => Signatures::One(signature),
        _ => Signatures::List(list),
    })
}

/// Splits a list at its spaces. In bytes, because the search in a `str` is large in the wasm module.
fn split_entries(list: &str) -> impl Iterator<Item = &[u8]> {
    list.as_bytes().split(|byte| *byte == b' ')
}

/// Parses one entry of a `standard` signature header. Returns `None` for other versions and lengths.
fn parse_entry(entry: &[u8]) -> Result<Option<[u8; 32]>, &'static str> {
    let Some(encoded) = entry.strip_prefix(b"v1,") else {
        return match entry.iter().position(|byte| *byte == b',') {
            None | Some(0) => Err("expected v1,<base64>, several separated by one space"),
            Some(_) => Ok(None),
        };
    };
    // 32 bytes are 44 digits in base64.
    let mut buffer = [0; 33];
    let decoded = if encoded.len() == 44 { Base64::decode(encoded, &mut buffer).ok() } else { None };
    match decoded.map(<[u8; 32]>::try_from) {
        Some(Ok(signature)) => Ok(Some(signature)),
        // Other lengths cannot match, but malformed base64 is a different error.
        _ if is_base64(encoded) => Ok(None),
        _ => Err("a signature is not canonical, padded, standard base64"),
    }
}

/// Returns `true` for canonical, non-empty base64. The decoder is strict: standard alphabet, padding required, no stray
/// bits (RFC 4648, sections 3.3 and 3.5). Only the last four digits can have padding.
fn is_base64(digits: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.split_last_chunk::<4>().is_some_and(|(first, last)| {
        digits.len().is_multiple_of(4)
            && first.iter().all(is_digit)
            && Base64::decode(last.as_slice(), &mut [0; 3]).is_ok()
    })
}

/// Validates an id. It cannot contain a dot, because a dot separates it from the timestamp in the signed content: `m.1`
/// and `2` would be signed as `m` and `1.2`.
pub(crate) fn parse_id<'h>(name: &'static str, id: &'h str) -> Result<&'h str, Reason> {
    let invalid = |problem| Err(Reason::InvalidHeader(name, problem));
    match id.as_bytes() {
        [] => invalid("the id is empty"),
        [b' ', ..] | [.., b' '] => invalid("white space around the id"),
        _ if id.bytes().any(|byte| byte == b'.') => invalid("the id contains a dot"),
        _ => Ok(id),
    }
}

/// Parses plain ASCII digits, without sign, space, fraction or trailing text.
fn parse_timestamp<'h>(name: &'static str, text: &'h str) -> Result<Timestamp<'h>, Reason> {
    let seconds =
        decimal::parse(text).ok_or(Reason::InvalidHeader(name, "expected unix seconds in decimal digits"))?;
    Ok(Timestamp { text, seconds })
}

fn parse_hex(digits: &str) -> Result<[u8; 32], Reason> {
    let mut signature = [0; 32];
    match base16ct::mixed::decode(digits, &mut signature) {
        Ok(decoded) if decoded.len() == 32 => Ok(signature),
        _ => Err(Reason::InvalidHeader(SIGNATURE, "expected 64 hex digits")),
    }
}

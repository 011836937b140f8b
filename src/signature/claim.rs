//! The claim of a delivery: what its headers say, under each scheme.
//!
//! A scheme here is a function from headers to [`Signed`]: no key, no clock, no allocation.
//! WIRE, section 1, is the source of every rule in this module.

use base64ct::{Base64, Encoding as _};

use super::headers::{Field, Headers, copies};
use crate::error::Reason;
use crate::scheme::Scheme;

/// Most signatures that one header may carry, so that a request cannot buy unbounded work.
pub(crate) const MAX_SIGNATURES: usize = 32;

/// What a delivery claims: the parts of its headers that the signature covers, and the signature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'h> {
    pub(crate) scheme: Scheme,
    pub(crate) id: Option<&'h str>,
    pub(crate) timestamp: Option<Timestamp<'h>>,
    pub(crate) signatures: Signatures<'h>,
}

/// A timestamp as it was sent, because those digits are what was signed, and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timestamp<'h> {
    pub(crate) text: &'h str,
    pub(crate) seconds: u64,
}

/// Well-formed signatures, not yet compared with anything.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signatures<'h> {
    /// The value of a `standard` signature header, of which every entry is well formed.
    List(&'h str),
    One([u8; 32]),
}

impl<'h> Signed<'h> {
    /// The parts that stand before the payload in the signed content, each followed by a dot.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &'h str> + use<'h> {
        self.id.into_iter().chain(self.timestamp.map(|t| t.text))
    }
}

impl Signatures<'_> {
    /// The 32-byte signatures. Others cannot match and are left out.
    pub(crate) fn iter(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        let (list, one) = match self {
            Self::List(list) => (*list, None),
            Self::One(signature) => ("", Some(*signature)),
        };
        list.split(' ').filter_map(|entry| entry_signature(entry).ok().flatten()).chain(one)
    }
}

/// The headers that any scheme reads, found in one pass.
#[derive(Default)]
pub(crate) struct Found<'h> {
    svix: StandardSet<'h>,
    webhook: StandardSet<'h>,
    timestamp: Field<'h>,
    signature: Field<'h>,
    unsigned: bool,
}

/// One of the two header sets of `standard`: id, timestamp, signature.
type StandardSet<'h> = [Field<'h>; 3];

pub(crate) const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];
const WEBHOOK: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];
pub(crate) const TIMESTAMP: &str = "x-agentmail-timestamp";
pub(crate) const SIGNATURE: &str = "x-agentmail-signature";
const UNSIGNED: &str = "x-agentmail-unsigned";

impl<'h> Found<'h> {
    pub(crate) fn new<H: Headers + ?Sized>(headers: &'h H) -> Self {
        let mut found = Self::default();
        for (name, value) in headers.fields() {
            // Most headers of a request are none of ours: the first letter settles it.
            let Some(b's' | b'S' | b'w' | b'W' | b'x' | b'X') = name.first() else { continue };
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
            for (wanted, field) in SVIX.iter().zip(&mut found.svix) {
                if is(wanted) {
                    field.add(value);
                }
            }
            for (wanted, field) in WEBHOOK.iter().zip(&mut found.webhook) {
                if is(wanted) {
                    field.add(value);
                }
            }
            if is(TIMESTAMP) {
                found.timestamp.add(value);
            } else if is(SIGNATURE) {
                found.signature.add(value);
            } else if is(UNSIGNED) {
                found.unsigned |= copies(value).any(|copy| copy == b"1");
            }
        }
        found
    }

    /// Whether the sender says that it had no secret to sign with (seed 003).
    pub(crate) fn is_unsigned(&self) -> bool {
        self.unsigned
    }

    /// Whether the request carries this scheme's headers, well formed or not.
    ///
    /// `X-AgentMail-Signature` belongs to two schemes. Its form tells which: `v1=` is
    /// `timestamped`, anything else is `body`. Copies that differ are of both.
    pub(crate) fn carries(&self, scheme: Scheme) -> bool {
        let v1 = self.signature.starts_with(b"v1=");
        let both = self.signature.is_conflicting();
        match scheme {
            Scheme::Standard => self.svix.iter().chain(&self.webhook).any(Field::is_present),
            Scheme::Timestamped => self.timestamp.is_present() || v1 || both,
            Scheme::Body => self.signature.is_present() && (!v1 || both),
        }
    }

    pub(crate) fn read(&self, scheme: Scheme) -> Result<Signed<'h>, Reason> {
        match scheme {
            Scheme::Standard => self.standard(),
            Scheme::Timestamped => {
                let [timestamp, signature] =
                    values([self.timestamp, self.signature], [TIMESTAMP, SIGNATURE], scheme)?;
                Ok(Signed {
                    scheme,
                    id: None,
                    timestamp: Some(parse_timestamp(TIMESTAMP, timestamp)?),
                    signatures: Signatures::One(parse_hex(
                        signature
                            .strip_prefix("v1=")
                            .ok_or(Reason::InvalidHeader(SIGNATURE, "expected v1= and 64 hex digits"))?,
                    )?),
                })
            }
            Scheme::Body => {
                let [signature] = values([self.signature], [SIGNATURE], scheme)?;
                let digits = signature.strip_prefix("sha256=").unwrap_or(signature);
                let signatures = Signatures::One(parse_hex(digits)?);
                Ok(Signed { scheme, id: None, timestamp: None, signatures })
            }
        }
    }

    fn standard(&self) -> Result<Signed<'h>, Reason> {
        // A whole set, never one header of each. Without one, the hint speaks of the set that came.
        let whole = |set: &StandardSet<'h>| set.iter().all(Field::is_present);
        let svix_came = self.svix.iter().any(Field::is_present);
        let svix = whole(&self.svix) || (svix_came && !whole(&self.webhook));
        let (set, twin, names) =
            if svix { (&self.svix, &self.webhook, SVIX) } else { (&self.webhook, &self.svix, WEBHOOK) };
        let mut both = *set;
        for (field, twin) in both.iter_mut().zip(twin) {
            *field = field.with(*twin);
        }
        if let Some((_, name)) = both.iter().zip(names).find(|(field, _)| field.is_conflicting()) {
            return Err(Reason::ConflictingHeaders(name));
        }
        if let Some((_, name)) = set.iter().zip(names).find(|(field, _)| !field.is_present()) {
            return Err(Reason::MissingHeader(name, Scheme::Standard));
        }
        standard(both, names)
    }
}

/// What `explain` asks beyond what verification does.
#[cfg(feature = "alloc")]
impl<'h> Found<'h> {
    /// The names of the headers that came.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let standard = SVIX.iter().zip(&self.svix).chain(WEBHOOK.iter().zip(&self.webhook));
        let others = [(&TIMESTAMP, &self.timestamp), (&SIGNATURE, &self.signature)];
        let signed = standard.chain(others).filter(|(_, field)| field.is_present()).map(|(name, _)| *name);
        signed.chain(self.unsigned.then_some(UNSIGNED))
    }

    /// What the request claims, under each scheme whose headers it carries.
    pub(crate) fn readable(&self) -> alloc::vec::Vec<Signed<'h>> {
        let carried = Scheme::ALL.into_iter().filter(|scheme| self.carries(*scheme));
        carried.filter_map(|scheme| self.read(scheme).ok()).collect()
    }

    /// What headers of both `standard` sets claim together.
    pub(crate) fn exchanged(&self) -> alloc::vec::Vec<Signed<'h>> {
        let ([svix_id, svix_timestamp, svix_signature], [id, timestamp, signature]) =
            (&self.svix, &self.webhook);
        let mut signed = alloc::vec::Vec::new();
        for id in [svix_id, id] {
            for timestamp in [svix_timestamp, timestamp] {
                for signature in [svix_signature, signature] {
                    signed.extend(standard([*id, *timestamp, *signature], SVIX).ok());
                }
            }
        }
        signed
    }
}

/// What one set of `standard` headers claims.
fn standard<'h>(fields: [Field<'h>; 3], names: [&'static str; 3]) -> Result<Signed<'h>, Reason> {
    let scheme = Scheme::Standard;
    let [id_name, timestamp_name, signature_name] = names;
    let [id, timestamp, list] = values(fields, names, scheme)?;
    let signatures = parse_signatures(signature_name, list)?;
    Ok(Signed {
        scheme,
        id: Some(parse_id(id_name, id)?),
        timestamp: Some(parse_timestamp(timestamp_name, timestamp)?),
        signatures,
    })
}

/// The values of the headers of a scheme: first none may conflict, then none be missing or malformed.
fn values<'h, const N: usize>(
    fields: [Field<'h>; N],
    names: [&'static str; N],
    scheme: Scheme,
) -> Result<[&'h str; N], Reason> {
    let mut values = [""; N];
    read_values(&fields, &names, scheme, &mut values).map(|()| values)
}

/// One copy, however many headers a scheme has.
fn read_values<'h>(
    fields: &[Field<'h>],
    names: &[&'static str],
    scheme: Scheme,
    values: &mut [&'h str],
) -> Result<(), Reason> {
    let pairs = || fields.iter().zip(names);
    if let Some((_, name)) = pairs().find(|(field, _)| field.is_conflicting()) {
        return Err(Reason::ConflictingHeaders(name));
    }
    if let Some((_, name)) = pairs().find(|(field, _)| !field.is_present()) {
        return Err(Reason::MissingHeader(name, scheme));
    }
    for ((field, name), value) in pairs().zip(values) {
        *value = field.value(name, scheme)?;
    }
    Ok(())
}

/// `v1,<base64>` entries, separated by single spaces; entries of other versions are skipped later.
fn parse_signatures<'h>(name: &'static str, list: &'h str) -> Result<Signatures<'h>, Reason> {
    let invalid = |problem| Reason::InvalidHeader(name, problem);
    let mut first = None;
    let mut count = 0_usize;
    for entry in list.split(' ') {
        if count >= MAX_SIGNATURES {
            return Err(invalid("more than 32 signatures"));
        }
        let signature = entry_signature(entry).map_err(invalid)?;
        first = first.or(signature);
        count = count.saturating_add(1);
    }
    // The usual case: what was decoded once is not decoded again.
    Ok(match first {
        Some(signature) if count == 1 => Signatures::One(signature),
        _ => Signatures::List(list),
    })
}

/// One entry of a `standard` signature header. `None`: another version, or not 32 bytes.
fn entry_signature(entry: &str) -> Result<Option<[u8; 32]>, &'static str> {
    const MALFORMED: &str = "expected v1,<base64>, several separated by one space";
    let (version, encoded) = entry.split_once(',').ok_or(MALFORMED)?;
    if version.is_empty() {
        return Err(MALFORMED);
    }
    if version != "v1" {
        return Ok(None);
    }
    // 32 bytes are 44 digits.
    let mut buffer = [0; 33];
    let decoded = if encoded.len() == 44 { Base64::decode(encoded, &mut buffer).ok() } else { None };
    match decoded.map(<[u8; 32]>::try_from) {
        Some(Ok(signature)) => Ok(Some(signature)),
        // No other length can match, but what is malformed is told apart.
        _ if is_base64(encoded) => Ok(None),
        _ => Err("a signature is not canonical, padded, standard base64"),
    }
}

/// Of any length but none. The decoder is strict: standard alphabet, padding required, no stray bits
/// (RFC 4648, sections 3.3 and 3.5). Padding can stand in the last four digits only.
fn is_base64(digits: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.as_bytes().split_last_chunk::<4>().is_some_and(|(first, last)| {
        digits.len().is_multiple_of(4)
            && first.iter().all(is_digit)
            && Base64::decode(last, &mut [0; 3]).is_ok()
    })
}

/// An id is what stands before the first dot of the signed content, so it can have none itself:
/// `m.1` + `2` and `m` + `1.2` would sign the same bytes.
pub(crate) fn parse_id<'h>(name: &'static str, id: &'h str) -> Result<&'h str, Reason> {
    let invalid = |problem| Err(Reason::InvalidHeader(name, problem));
    match id.as_bytes() {
        [] => invalid("the id is empty"),
        [b' ', ..] | [.., b' '] => invalid("white space around the id"),
        bytes if bytes.contains(&b'.') => invalid("the id contains a dot"),
        _ => Ok(id),
    }
}

/// Plain ASCII digits: no sign, space, fraction or trailing text.
fn parse_timestamp<'h>(name: &'static str, text: &'h str) -> Result<Timestamp<'h>, Reason> {
    let invalid = || Reason::InvalidHeader(name, "expected unix seconds in decimal digits");
    // `u64::from_str` would take a leading plus sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    text.parse().map(|seconds| Timestamp { text, seconds }).map_err(|_| invalid())
}

fn parse_hex(digits: &str) -> Result<[u8; 32], Reason> {
    let mut signature = [0; 32];
    match base16ct::mixed::decode(digits, &mut signature) {
        Ok(decoded) if decoded.len() == 32 => Ok(signature),
        _ => Err(Reason::InvalidHeader(SIGNATURE, "expected 64 hex digits")),
    }
}

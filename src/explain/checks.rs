//! The checks, in the order in which an [`Explanation`](super::Explanation) lists them.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::key::{note, readings, under};
use super::payload::{compression, decode_base64, variants};
use super::style::is_sorted;
use super::{Check, CheckName, ENOUGH, MAX_TRIED, Request, Secret, Verdict};
use crate::decimal::Decimal;
use crate::error::Error;
use crate::event::event_type;
use crate::scheme::Scheme;
use crate::signature::SignatureHeaders;
use crate::signature::claim::{Claim, exchanged};
use crate::signature::verify::{self, Window};

#[derive(Default)]
pub(super) struct Checks(pub(super) Vec<Check>);

impl Checks {
    pub(super) fn fails(&self, name: CheckName) -> bool {
        self.0.iter().any(|check| check.name == name && check.verdict == Verdict::Fail)
    }

    pub(super) fn add(&mut self, name: CheckName, verdict: Verdict, advice: impl Into<Cow<'static, str>>) {
        self.0.push(Check { name, verdict, advice: advice.into() });
    }

    pub(super) fn headers(&mut self, headers: &SignatureHeaders<'_>, secrets: &[Secret<'_>]) {
        let configured = |scheme| secrets.iter().any(|secret| secret.scheme == scheme);
        let mut came = String::new();
        for name in headers.names() {
            came.push_str(if came.is_empty() { "present: " } else { ", " });
            came.push_str(name);
        }
        match verify::judge(headers, &configured, &mut |_| Ok(())).map_err(Error::from) {
            Ok(()) => self.add(CheckName::Headers, Verdict::Pass, came),
            Err(error) => {
                let separator = if came.is_empty() { "" } else { "; " };
                self.add(
                    CheckName::Headers,
                    Verdict::Fail,
                    [&came, separator, &error.message(), ". ", error.hint()].concat(),
                );
            }
        }
    }

    pub(super) fn secrets(&mut self, secrets: &[Secret<'_>]) {
        for Secret { index, scheme, text, key } in secrets {
            let name = scheme.as_str();
            let (verdict, told) = match key {
                Err(error) => (Verdict::Fail, [&error.message(), ". ", error.hint()].concat()),
                Ok(_) => match note(*scheme, text) {
                    Some(note) => (Verdict::Info, note.into()),
                    None => (Verdict::Pass, "well formed".into()),
                },
            };
            let advice = ["secret ", &Decimal::of(*index), ", scheme ", name, ": ", &told].concat();
            self.add(CheckName::Secret, verdict, advice);
        }
        if secrets.is_empty() {
            self.add(CheckName::Secret, Verdict::Fail, "none is configured");
        } else if secrets.len() == ENOUGH {
            self.add(CheckName::Secret, Verdict::Fail, "more than 16 secrets");
        }
    }

    pub(super) fn timestamp(&mut self, claim: Option<&Claim<'_>>, window: Window) {
        let Some(claim) = claim else { return };
        let Some(timestamp) = claim.timestamp else {
            let advice = "scheme body has no timestamp: a replay looks like the first delivery";
            return self.add(CheckName::Timestamp, Verdict::Info, advice);
        };
        let Window { now, tolerance } = window;
        let skew = now.abs_diff(timestamp.seconds);
        let side = if timestamp.seconds <= now { "before" } else { "after" };
        let skewed = [&*Decimal::new(skew), " s ", side, " now, "].concat();
        let advice = if skew <= tolerance {
            [&*skewed, "inside the tolerance of ", &Decimal::new(tolerance), " s"].concat()
        } else if now.abs_diff(timestamp.seconds.saturating_div(1000)) <= YEAR {
            "in milliseconds: the sender must divide by 1000 before it signs".into()
        } else if timestamp.seconds.abs_diff(now.saturating_div(1000)) <= YEAR {
            "it is in seconds, but now is in milliseconds: divide the clock by 1000".into()
        } else {
            let cause = if side == "before" {
                "an old delivery was sent again, or this server's clock is ahead"
            } else {
                "this server's clock is behind, or the sender's ahead"
            };
            [&*skewed, "outside the tolerance of ", &Decimal::new(tolerance), " s: ", cause].concat()
        };
        let verdict = if skew <= tolerance { Verdict::Pass } else { Verdict::Fail };
        self.add(CheckName::Timestamp, verdict, advice);
    }

    pub(super) fn payload(&mut self, request: &Request<'_, '_>, secrets: &[Secret<'_>]) {
        let payload = request.payload;
        if payload.len() > MAX_TRIED {
            let advice = "over 2 MiB: too large to guess what it, the secret or the scheme could have been";
            return self.add(CheckName::Payload, Verdict::Info, advice);
        }
        let would_match = |changed: &[u8]| {
            secrets.iter().flat_map(|secret| &secret.key).any(|key| request.is_signed(key, changed))
        };
        // Many variants of a payload are equal, and a hash is faster than a MAC.
        let mut tried = BTreeSet::from([hash(payload)]);
        let found =
            variants(payload).find(|(changed, _)| tried.insert(hash(changed)) && would_match(changed));
        let (verdict, advice) = match found {
            Some((_, advice)) => (Verdict::Fail, advice),
            None => match damage(payload) {
                Some(advice) => (Verdict::Fail, advice),
                None if request.is_exhausted() => {
                    let advice = "too large to try every change of it, and every reading, with this many secrets: \
                                  explain it with one secret at a time";
                    (Verdict::Info, advice.into())
                }
                None => (Verdict::Info, "no usual change of the body explains it".into()),
            },
        };
        self.add(CheckName::Payload, verdict, advice);
    }

    pub(super) fn key(&mut self, request: &Request<'_, '_>, secrets: &[Secret<'_>]) {
        let found = secrets.iter().find_map(|secret| {
            // By reference: moving a key would leave a copy behind that is not wiped.
            let readings = readings(secret.scheme, secret.text);
            let (_, how) = readings.iter().find(|(key, _)| request.is_signed(key, request.payload))?;
            Some(["verifies with secret ", &Decimal::of(secret.index), " ", how].concat())
        });
        match found {
            Some(advice) => self.add(CheckName::Key, Verdict::Fail, advice),
            None => self.add(CheckName::Key, Verdict::Info, "no other reading of a secret explains it"),
        }
    }

    pub(super) fn scheme(&mut self, request: &Request<'_, '_>, secrets: &[Secret<'_>]) {
        let found = secrets.iter().find_map(|secret| {
            let others = Scheme::ALL.into_iter().filter(|scheme| *scheme != secret.scheme);
            others.into_iter().find_map(|scheme| {
                let key = under(scheme, secret.text)?;
                request.is_signed(&key, request.payload).then_some((secret.index, scheme.as_str()))
            })
        });
        match found {
            // `{timestamp}.{payload}`, signed with a secret for another scheme.
            Some((index, "body")) if begins_with_timestamp(request.payload) => self.add(
                CheckName::Scheme,
                Verdict::Fail,
                [
                    "verifies with secret ",
                    &Decimal::of(index),
                    " under scheme body, but its payload begins with a timestamp: a delivery of another scheme, \
                     passed off as one of scheme body; keep the scheme as it is",
                ]
                .concat(),
            ),
            Some((index, scheme)) => self.add(
                CheckName::Scheme,
                Verdict::Fail,
                [
                    "verifies with secret ",
                    &Decimal::of(index),
                    " under scheme ",
                    scheme,
                    ": if that is how AgentMail signs for this endpoint, configure that secret with it instead, \
                     never with both",
                ]
                .concat(),
            ),
            None => self.add(CheckName::Scheme, Verdict::Info, "no other scheme explains it"),
        }
    }

    pub(super) fn header_set(&mut self, request: &Request<'_, '_>, secrets: &[Secret<'_>]) {
        let is_signed = |claim: Claim<'_>| {
            let mut keys = secrets.iter().flat_map(|secret| &secret.key);
            keys.any(|key| request.signs(key, &claim, request.payload))
        };
        if exchanged(request.headers).any(is_signed) {
            let advice = "verifies when headers of the svix- and the webhook- set are put together: something \
                          between the sender and here renames headers or adds its own";
            self.add(CheckName::HeaderSet, Verdict::Fail, advice);
        }
    }

    /// Adds the most likely cause if no check explains a mismatch.
    pub(super) fn conclusion(&mut self) {
        // These do not explain a mismatch. All others do.
        let unexplained = |check: &Check| {
            matches!(check.name, CheckName::Signature | CheckName::Timestamp | CheckName::Event)
        };
        let mut failed = self.0.iter().filter(|check| check.verdict == Verdict::Fail);
        if !self.fails(CheckName::Signature) || !failed.all(unexplained) {
            return;
        }
        let advice = if self.fails(CheckName::Event) {
            "nothing explains it: most likely the body is not the one that was signed, or the secret belongs to \
             another webhook or was rotated"
        } else {
            "nothing explains it: most likely the secret belongs to another webhook or was rotated, or the body is \
             not the one that was signed"
        };
        self.add(CheckName::Conclusion, Verdict::Fail, advice);
    }

    pub(super) fn event(&mut self, payload: &[u8]) {
        match event_type(payload) {
            Ok(name) => self.add(CheckName::Event, Verdict::Pass, ["parses as ", name].concat()),
            Err(error) => self.add(CheckName::Event, Verdict::Fail, error.message()),
        }
    }
}

/// Describes a change of the body that cannot be undone.
fn damage(payload: &[u8]) -> Option<Cow<'static, str>> {
    if let Some(name) = compression(payload) {
        let advice = ": decompress the body before you verify it, or disable compression on the way";
        return Some(["still compressed by ", name, advice].concat().into());
    }
    let text = core::str::from_utf8(payload).ok()?;
    if let Some(name) = decode_base64(text).as_deref().and_then(compression) {
        return Some(
            ["base64 of a body that is still compressed by ", name, ": decode and decompress it"]
                .concat()
                .into(),
        );
    }
    Some(match text {
        "" => "empty: something read the body before, or the request has none".into(),
        "[object Object]" => "a parsed object that was converted to a string: pass the raw body".into(),
        _ if is_sorted(text) => {
            "its names are sorted: most likely something parsed the body and wrote it again, which \
                                 cannot be undone; pass the raw body, before any JSON middleware"
                .into()
        }
        _ => return None,
    })
}

/// Hashes a payload (FNV-1a). A collision only skips a variant.
fn hash(payload: &[u8]) -> u64 {
    payload
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns `true` if the payload begins with digits and a dot. No event does.
fn begins_with_timestamp(payload: &[u8]) -> bool {
    let digits = payload.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && payload.get(digits) == Some(&b'.')
}

/// The maximum distance from now, in seconds, at which a timestamp counts as one in milliseconds.
const YEAR: u64 = 366 * 24 * 60 * 60;

//! The binding that the npm package calls. `wasm_bindgen` is named in this module only.
//!
//! One crossing in, one out: headers come as text, answers and errors leave as JSON, which every
//! JavaScript engine reads faster than it takes an object field by field. What JavaScript checks
//! itself is what only JavaScript can know: the types of its arguments.

// `#[wasm_bindgen]` makes `unsafe` code and items without documentation.
#![allow(unsafe_code, missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)]

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::error::{Error, Reason};
use crate::headers::Headers;
use crate::verify::{Verified, Window};
use crate::webhook::WebhookBuilder;
use crate::{Check, Delivery, Event, Explanation, Scheme, SignedHeaders, Webhook};

/// The result of a call: JSON, or an error as JSON.
type Answer = Result<String, String>;

/// A [`Webhook`] that JavaScript holds.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Endpoint(WebhookBuilder);

#[wasm_bindgen]
impl Endpoint {
    #[wasm_bindgen(constructor)]
    pub fn new(tolerance: f64) -> Result<Endpoint, String> {
        Ok(Self(Webhook::builder().tolerance(Duration::from_secs(self::tolerance(tolerance)?))))
    }

    /// `secret` is confidential: the copy that crossed into wasm memory is wiped. As bytes there is one copy: text
    /// is written into a buffer that moves while it grows.
    #[wasm_bindgen(js_name = addSecret)]
    pub fn add_secret(&mut self, scheme: &str, secret: Option<Vec<u8>>) -> Result<(), String> {
        let secret = secret.map(Zeroizing::new);
        let secret = secret.as_ref().and_then(|bytes| core::str::from_utf8(bytes).ok()).ok_or_else(|| {
            refusal(Reason::InvalidSecret("expected a string: is the environment variable set?"))
        })?;
        let scheme = scheme.parse().map_err(|error| json(&error))?;
        self.0.add_secret(scheme, secret).map_err(|error| json(&error))
    }

    /// Whether there is a secret. To be called once all are added.
    #[wasm_bindgen(js_name = checkSecrets)]
    pub fn check_secrets(&self) -> Result<(), String> {
        self.0.check_secrets().map_err(|error| json(&error))
    }

    pub fn verify(&self, payload: &[u8], headers: &str, now: f64) -> Answer {
        answer(self.verified(payload, &HeaderBlock(headers), unix_seconds(now)?).map(Verification))
    }

    pub fn receive(&self, payload: &[u8], headers: &str, now: f64) -> Answer {
        let headers = HeaderBlock(headers);
        answer(self.verified(payload, &headers, unix_seconds(now)?).and_then(Delivery::new))
    }

    pub fn explain(&self, payload: &[u8], headers: &str, now: f64) -> Answer {
        let headers = HeaderBlock(headers);
        Ok(json(&self.0.webhook().explain_at(payload, &headers, unix_seconds(now)?)))
    }

    pub fn sign(&self, payload: &[u8], id: &str, timestamp: f64) -> Answer {
        let timestamp = seconds(timestamp, "timestamp must be unix seconds")?;
        answer(self.0.webhook().sign(payload, id, timestamp))
    }
}

impl Endpoint {
    fn verified<'a>(
        &self,
        payload: &'a [u8],
        headers: &'a HeaderBlock<'a>,
        now: u64,
    ) -> Result<Verified<'a>, Error> {
        self.0.webhook().verify_at(payload, headers, now)
    }
}

/// Secrets to explain with, whatever their form.
#[wasm_bindgen]
#[derive(Default)]
pub struct Secrets(Vec<(Scheme, Zeroizing<Vec<u8>>)>);

#[wasm_bindgen]
impl Secrets {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Secrets {
        Self::default()
    }

    /// `secret` is confidential: it is wiped with the others.
    pub fn add(&mut self, scheme: &str, secret: Vec<u8>) -> Result<(), String> {
        let secret = Zeroizing::new(secret);
        self.0.push((scheme.parse().map_err(|error| json(&error))?, secret));
        Ok(())
    }

    pub fn explain(&self, payload: &[u8], headers: &str, tolerance: f64, now: f64) -> Answer {
        let window = Window { now: unix_seconds(now)?, tolerance: self::tolerance(tolerance)? };
        let text = |secret| core::str::from_utf8(secret).unwrap_or_default();
        let secrets = self.0.iter().map(|(scheme, secret)| (*scheme, text(secret.as_slice())));
        Ok(json(&crate::explain::explain(secrets, payload, &HeaderBlock(headers), window)))
    }
}

#[wasm_bindgen]
pub fn parse(payload: &[u8]) -> Answer {
    answer(crate::parse(payload))
}

/// The error for a payload that is none, in JSON. `found` names its type.
#[wasm_bindgen(js_name = payloadNotRaw)]
pub fn payload_not_raw(found: String) -> String {
    refusal(Reason::PayloadNotRaw { found })
}

/// The error for a payload of more than `limit` bytes, in JSON.
#[wasm_bindgen(js_name = payloadTooLarge)]
pub fn payload_too_large(limit: usize) -> String {
    json(&Error::payload_too_large(limit))
}

fn refusal(reason: Reason) -> String {
    json(&Error::from(reason))
}

fn tolerance(value: f64) -> Result<u64, String> {
    seconds(value, "toleranceSeconds must be a finite number of seconds, 0 or more")
}

fn unix_seconds(now: f64) -> Result<u64, String> {
    seconds(now, "now must return unix seconds")
}

/// Drops fractions of a second.
#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn seconds(value: f64, problem: &'static str) -> Result<u64, String> {
    if value.is_finite() && value >= 0.0 {
        Ok(value as u64)
    } else {
        Err(refusal(Reason::InvalidOption(problem)))
    }
}

/// Lines of a name and lines of a value, in turn.
#[derive(Debug)]
struct HeaderBlock<'a>(&'a str);

impl Headers for HeaderBlock<'_> {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut lines = self.0.split('\n').map(str::as_bytes);
        core::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }
}

fn answer<T: Answered>(result: Result<T, Error>) -> Answer {
    result.map_err(|error| json(&error)).map(|value| json(&value))
}

/// What can be an answer.
trait Answered {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

fn json<T: Answered>(value: &T) -> String {
    struct Adapter<'a, T>(&'a T);
    impl<T: Answered> Serialize for Adapter<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.write(serializer)
        }
    }
    // Nothing here can fail: keys are strings, numbers are finite, memory is the allocator's.
    serde_json::to_string(&Adapter(value)).unwrap_or_default()
}

impl Answered for Error {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("code", self.code())?;
        object.serialize_entry("message", &alloc::string::ToString::to_string(self))?;
        object.serialize_entry("hint", self.hint())?;
        object.serialize_entry("status", &self.status())?;
        object.end()
    }
}

impl Answered for Event<'_> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl Answered for Explanation {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("verified", &self.verified)?;
        object.serialize_entry("checks", &self.checks)?;
        object.end()
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("check", self.name.as_str())?;
        object.serialize_entry("verdict", self.verdict.as_str())?;
        object.serialize_entry("advice", &self.advice)?;
        object.end()
    }
}

impl Answered for SignedHeaders<'_> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

struct Verification<'a>(Verified<'a>);

impl Answered for Verification<'_> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(verified) = self;
        let mut object = serializer.serialize_map(None)?;
        write_verification(
            &mut object,
            verified.scheme(),
            verified.id(),
            verified.timestamp(),
            verified.secret_index(),
        )?;
        object.end()
    }
}

impl Answered for Delivery<'_> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        write_verification(&mut object, self.scheme, self.id.as_deref(), self.timestamp, self.secret_index)?;
        object.serialize_entry("idempotencyKey", &self.idempotency_key)?;
        object.serialize_entry("event", &self.event)?;
        object.end()
    }
}

fn write_verification<M: SerializeMap>(
    object: &mut M,
    scheme: crate::Scheme,
    id: Option<&str>,
    timestamp: Option<u64>,
    secret_index: usize,
) -> Result<(), M::Error> {
    object.serialize_entry("scheme", scheme.as_str())?;
    if let Some(id) = id {
        object.serialize_entry("id", id)?;
    }
    if let Some(timestamp) = timestamp {
        object.serialize_entry("timestamp", &timestamp)?;
    }
    object.serialize_entry("secretIndex", &secret_index)
}

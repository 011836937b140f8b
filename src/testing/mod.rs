//! Samples of every event, signed requests and a controllable clock, for the tests of an application. Feature
//! `testing`.
//!
//! ```
//! use agentmail_webhooks::testing::{SignedRequest, sample};
//! use agentmail_webhooks::{Event, Webhook};
//!
//! const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//!
//! let payload = sample("message.received")?
//!     .merge(serde_json::json!({ "message": { "subject": "Where is my order?" } }))?;
//! let request = SignedRequest::new(payload, SECRET)?;
//!
//! let delivery = Webhook::new(SECRET)?.receive(request.body(), request.headers())?;
//! let Event::MessageReceived(event) = &delivery.event else { panic!("another event") };
//! assert_eq!(event.message.subject.as_deref(), Some("Where is my order?"));
//! # Ok::<(), agentmail_webhooks::Error>(())
//! ```
//!
//! The npm package has the same samples in `agentmail-webhooks/testing`.

mod clock;
mod request;

use alloc::string::{String, ToString as _};
use core::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Reason};
use crate::event::{SAMPLE_NAMES, SAMPLES};
pub use clock::Clock;
pub use request::{SignedRequest, SignedRequestBuilder};

/// The names of all samples: those in [`Event::TYPES`](crate::Event::TYPES), and `unknown`, an event that this version
/// does not know.
///
/// ```
/// use agentmail_webhooks::testing::{EVENT_TYPES, sample};
///
/// // Test your handler with each of them.
/// for name in EVENT_TYPES {
///     println!("{}", sample(name)?.as_str());
/// }
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub const EVENT_TYPES: &[&str] = SAMPLE_NAMES;

/// Defines the payloads that are different in a dialect: `src/testing/samples/dialects`, by dialect and event.
macro_rules! dialects {
    ($($dialect:literal $($name:literal),+;)*) => {
        const VARIED: &[(&str, &str, &str)] = &[$($(
            ($dialect, $name, include_str!(concat!("samples/dialects/", $dialect, "/", $name, ".json"))),
        )+)*];
    };
}

dialects! {
    "000" "message.received", "message.received.spam", "message.received.blocked", "message.received.unauthenticated",
        "message.bounced";
    "001" "message.received", "message.received.spam", "message.received.blocked", "message.received.unauthenticated";
    "002" "message.received", "message.received.spam", "message.received.blocked", "message.received.unauthenticated";
    "004" "domain.verified";
}

fn payload(name: &str) -> Option<&'static str> {
    let mut samples = SAMPLE_NAMES.iter().zip(SAMPLES);
    samples.find_map(|(known, payload)| (*known == name).then_some(*payload))
}

fn payload_in(dialect: &str, name: &str) -> Option<&'static str> {
    VARIED.iter().find_map(|(in_dialect, known, payload)| {
        (*in_dialect == dialect && *known == name).then_some(*payload)
    })
}

/// The dialects of [`sample_in`]: the forms of a mail in AgentMail's documents.
///
/// ```
/// use agentmail_webhooks::testing::{DIALECTS, sample_in};
/// use agentmail_webhooks::{Event, parse};
///
/// // Every dialect is parsed into the same event.
/// for dialect in DIALECTS {
///     let sample = sample_in(dialect, "message.received")?;
///     let Event::MessageReceived(event) = parse(sample.as_ref())? else { unreachable!() };
///     assert_eq!(event.message.from[0].email, "jane@example.com");
/// }
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub const DIALECTS: &[&str] = &["000", "001", "002", "004"];

/// Returns a payload with every field that AgentMail documents, to change and to sign.
///
/// # Errors
///
/// - [`InvalidOption`](crate::ErrorKind::InvalidOption): the event is not in [`EVENT_TYPES`].
///
/// ```
/// use agentmail_webhooks::{parse, testing::{EVENT_TYPES, sample}};
///
/// for name in EVENT_TYPES {
///     let sample = sample(name)?;
///     assert_eq!(parse(sample.as_ref())?.event_type(), *name);
/// }
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn sample(event_type: &str) -> Result<Sample, Error> {
    Sample::read(payload(event_type))
}

/// Returns a [`sample`] in the form of one of AgentMail's documents: addresses are `Jane <jane@example.com>` in `004`
/// (as in [`sample`]), objects in `000` and `001`, bare addresses and `from_` in `002`. Everything else is the same.
///
/// # Errors
///
/// - [`InvalidOption`](crate::ErrorKind::InvalidOption): the event is not in [`EVENT_TYPES`], or the dialect not in
///   [`DIALECTS`].
///
/// ```
/// use agentmail_webhooks::testing::{sample, sample_in};
///
/// assert!(sample("message.received")?.as_str().contains(r#""from":"Jane Doe <jane@example.com>""#));
/// assert!(sample_in("002", "message.received")?.as_str().contains(r#""from_":["#));
/// assert_eq!(sample_in("003", "message.received").unwrap_err().code(), "invalid_option");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn sample_in(dialect: &str, event_type: &str) -> Result<Sample, Error> {
    if !DIALECTS.contains(&dialect) {
        return Err(Reason::InvalidOption("there is no such dialect: testing::DIALECTS lists them").into());
    }
    Sample::read(payload_in(dialect, event_type).or_else(|| payload(event_type)))
}

/// A payload to send. Returned by [`sample`]. Its bytes are JSON.
///
/// ```
/// use agentmail_webhooks::{parse, testing::{Sample, sample}};
///
/// fn bounce_of(address: &str) -> Result<Sample, agentmail_webhooks::Error> {
///     sample("message.bounced")?
///         .merge(serde_json::json!({ "bounce": { "recipients": [{ "address": address }] } }))
/// }
/// assert_eq!(parse(bounce_of("jane@example.com")?.as_ref())?.event_type(), "message.bounced");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sample {
    payload: String,
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sample").field(&self.payload).finish()
    }
}

impl Sample {
    fn read(payload: Option<&str>) -> Result<Self, Error> {
        const NONE: Reason =
            Reason::InvalidOption("there is no sample of this event: testing::EVENT_TYPES lists them");
        let payload: Value = serde_json::from_str(payload.ok_or(NONE)?).map_err(|_| NONE)?;
        Ok(Self { payload: payload.to_string() })
    }

    /// Merges `overrides` into the payload: a value of [`serde_json::json!`], or anything else that serializes as an
    /// object. Objects are merged; all other values, including lists, replace the previous ones. `null` is sent as
    /// `null`, and parsed as absent.
    ///
    /// # Errors
    ///
    /// - [`InvalidOption`](crate::ErrorKind::InvalidOption): `overrides` is not a JSON object.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse, testing::sample};
    ///
    /// let changes = serde_json::json!({ "message": { "subject": "Hello", "attachments": [], "text": null } });
    /// let sample = sample("message.received")?.merge(changes)?;
    ///
    /// let Event::MessageReceived(event) = parse(sample.as_ref())? else { unreachable!() };
    /// assert_eq!(event.message.subject.as_deref(), Some("Hello"));
    /// assert!(event.message.attachments.is_empty() && event.message.text.is_none());
    /// assert_eq!(event.message.from[0].email, "jane@example.com", "as in the sample");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn merge(self, overrides: impl Serialize) -> Result<Self, Error> {
        const NO_OBJECT: Reason = Reason::InvalidOption("the overrides of a sample are not an object");
        let overrides = serde_json::to_value(overrides).map_err(|_| NO_OBJECT)?;
        let mut payload: Value = serde_json::from_str(&self.payload).map_err(|_| NO_OBJECT)?;
        if !overrides.is_object() {
            return Err(NO_OBJECT.into());
        }
        merge(&mut payload, overrides);
        Ok(Self { payload: payload.to_string() })
    }

    /// Returns the payload as JSON.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::sample;
    /// let json: serde_json::Value = serde_json::from_str(sample("message.sent")?.as_str()).unwrap();
    /// assert_eq!(json["event_type"], "message.sent");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.payload
    }
}

impl AsRef<[u8]> for Sample {
    fn as_ref(&self) -> &[u8] {
        self.payload.as_bytes()
    }
}

fn merge(base: &mut Value, overrides: Value) {
    match (base, overrides) {
        (Value::Object(base), Value::Object(overrides)) => {
            for (name, value) in overrides {
                merge(base.entry(name).or_insert(Value::Null), value);
            }
        }
        (base, value) => *base = value,
    }
}

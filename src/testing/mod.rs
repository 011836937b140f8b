//! For the tests of who uses this crate: samples of every event, signed requests and a clock that stands still.
//! Feature `testing`.
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
//! The samples are those of the npm package's `agentmail-webhooks/testing`.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{BuildHasher as _, Hasher as _};
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::hash::RandomState;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Reason};
use crate::event::{SAMPLE_NAMES, SAMPLES};
use crate::{Scheme, Webhook};

/// The names of all samples: those of [`Event::TYPES`](crate::Event::TYPES), and `unknown`, an event that this
/// version does not know.
///
/// ```
/// use agentmail_webhooks::testing::{EVENT_TYPES, sample};
///
/// // Does your handler do something sensible with each of them?
/// for name in EVENT_TYPES {
///     println!("{}", sample(name)?.as_str());
/// }
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub const EVENT_TYPES: &[&str] = SAMPLE_NAMES;

/// What a dialect writes in another way: `src/testing/samples/dialects`, by dialect and event.
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

/// The dialects that [`sample_in`] knows: the forms in which AgentMail's documents write a mail.
///
/// ```
/// use agentmail_webhooks::testing::{DIALECTS, sample_in};
/// use agentmail_webhooks::{Event, parse};
///
/// // However it is written, it is read in one way.
/// for dialect in DIALECTS {
///     let sample = sample_in(dialect, "message.received")?;
///     let Event::MessageReceived(event) = parse(sample.as_ref())? else { unreachable!() };
///     assert_eq!(event.message.from[0].email, "jane@example.com");
/// }
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub const DIALECTS: &[&str] = &["000", "001", "002", "004"];

/// A payload with every field that AgentMail documents, to be changed and signed.
///
/// # Errors
///
/// [`InvalidOption`](crate::ErrorKind::InvalidOption) if there is no such event: [`EVENT_TYPES`] lists them.
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

/// A [`sample`] as one of AgentMail's documents writes it: senders and receivers are `Jane <jane@example.com>` in
/// `004` (as in [`sample`]), objects in `000` and `001`, bare addresses and `from_` in `002`. What a dialect writes
/// like the others is the same in it.
///
/// # Errors
///
/// As [`sample`], and if there is no such dialect: [`DIALECTS`] lists them.
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

/// A payload to be sent, from [`sample`]. As bytes, it is JSON.
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

    /// Changes what `overrides` names: a value of [`serde_json::json!`], or anything else that serialises to an
    /// object. Objects are merged; everything else, lists too, takes the place of what was there. `null` is sent as
    /// `null`, and reads as absent.
    ///
    /// # Errors
    ///
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if `overrides` is no JSON object.
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

    /// The payload, as JSON.
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

/// A signed request: a `POST` with headers and a body, for any framework.
///
/// ```
/// use agentmail_webhooks::Webhook;
/// use agentmail_webhooks::testing::{SignedRequest, sample};
///
/// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
///
/// let webhook = Webhook::new(SECRET)?;
/// let genuine = SignedRequest::new(sample("message.opened")?, SECRET)?;
/// assert!(webhook.receive(genuine.body(), genuine.headers()).is_ok());
///
/// let forged = SignedRequest::new(sample("message.opened")?, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// assert_eq!(webhook.receive(forged.body(), forged.headers()).unwrap_err().status(), 401);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone)]
pub struct SignedRequest {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl fmt::Debug for SignedRequest {
    /// Without the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("SignedRequest").field("headers", &names).finish_non_exhaustive()
    }
}

impl SignedRequest {
    /// Signs a payload under scheme `standard`, now, as a delivery that was not sent before.
    ///
    /// Not on `wasm32-unknown-unknown`, which has no clock to read: use [`builder`](Self::builder) there.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret`](crate::ErrorKind::InvalidSecret), as [`Webhook::new`].
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// // Or with a payload of your own.
    /// let request = SignedRequest::new(r#"{"event_type": "moon.landed"}"#, SECRET)?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    pub fn new(payload: impl AsRef<[u8]>, secret: &str) -> Result<Self, Error> {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
        Self::builder(payload, now).sign(secret)
    }

    /// For another scheme, an id or a time: `timestamp` is in unix seconds.
    ///
    /// ```
    /// use agentmail_webhooks::testing::{Clock, SignedRequest, sample};
    /// use agentmail_webhooks::{ErrorKind, Webhook};
    ///
    /// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    ///
    /// let clock = Clock::at(1_800_000_000);
    /// let request = SignedRequest::builder(sample("message.sent")?, clock.now()).id("msg_1").sign(SECRET)?;
    ///
    /// clock.advance(std::time::Duration::from_secs(301));
    /// let webhook = Webhook::new(SECRET)?;
    /// let error = webhook.receive_at(request.body(), request.headers(), clock.now()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TimestampTooOld);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn builder(payload: impl AsRef<[u8]>, timestamp: u64) -> SignedRequestBuilder {
        SignedRequestBuilder {
            scheme: Scheme::Standard,
            id: format!("msg_{:016x}", RandomState::new().build_hasher().finish()),
            timestamp,
            body: payload.as_ref().to_owned(),
        }
    }

    /// The headers, as (lower-case name, value), `content-type` among them. They are themselves
    /// [`Headers`](crate::Headers).
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// let names: Vec<_> = request.headers().iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["content-type", "svix-id", "svix-timestamp", "svix-signature"]);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The raw body: the bytes that were signed.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new("{}", SECRET)?;
    /// assert_eq!(request.body(), b"{}");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// As a request of the crate `http`, for axum, tower and hyper. `B` is their type of bodies, or `Vec<u8>`.
    /// Feature `http`.
    ///
    /// # Errors
    ///
    /// That of [`http`](https://docs.rs/http), if `uri` is none.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// let request: http::Request<Vec<u8>> = request.into_http("/webhooks")?;
    /// assert_eq!(request.uri(), "/webhooks");
    /// // tower: app.oneshot(request.into_http::<axum::body::Body>("/webhooks")?).await
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "http")]
    pub fn into_http<B: From<Vec<u8>>>(self, uri: &str) -> http::Result<http::Request<B>> {
        let request = http::Request::post(uri);
        let with =
            |request: http::request::Builder, (name, value): &(String, String)| request.header(name, value);
        self.headers.iter().fold(request, with).body(self.body.into())
    }
}

/// Makes a [`SignedRequest`]. From [`SignedRequest::builder`].
///
/// ```
/// use agentmail_webhooks::Scheme;
/// use agentmail_webhooks::testing::{SignedRequest, sample};
///
/// let request = SignedRequest::builder(sample("message.sent")?, 1_800_000_000)
///     .scheme(Scheme::Timestamped)
///     .sign("the secret of this endpoint")?;
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it signs"]
pub struct SignedRequestBuilder {
    scheme: Scheme,
    id: String,
    timestamp: u64,
    body: Vec<u8>,
}

impl SignedRequestBuilder {
    /// The scheme, `standard` unless set.
    ///
    /// ```
    /// use agentmail_webhooks::{Scheme, testing::SignedRequest};
    ///
    /// let request = SignedRequest::builder("{}", 0).scheme(Scheme::Body).sign("the secret of this endpoint")?;
    /// assert_eq!(request.headers()[1].0, "x-agentmail-signature");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// The sender's identifier of the delivery, the same for a retry; random unless set.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// // Is it handled once?
    /// let first = SignedRequest::builder(sample("message.sent")?, 1_800_000_000).id("msg_1").sign(SECRET)?;
    /// let retry = SignedRequest::builder(sample("message.sent")?, 1_800_000_005).id("msg_1").sign(SECRET)?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The request, signed with a secret: with another one than the endpoint's, it is a forgery.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret`](crate::ErrorKind::InvalidSecret) as
    /// [`secret_for`](crate::WebhookBuilder::secret_for), [`InvalidOption`](crate::ErrorKind::InvalidOption) as
    /// [`Webhook::sign`].
    ///
    /// ```
    /// use agentmail_webhooks::{Webhook, testing::SignedRequest};
    ///
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let forged = SignedRequest::builder("{}", 1_800_000_000).sign("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
    /// let error = webhook.verify_at(forged.body(), forged.headers(), 1_800_000_000).unwrap_err();
    /// assert_eq!(error.code(), "signature_mismatch");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn sign(self, secret: &str) -> Result<SignedRequest, Error> {
        let Self { scheme, id, timestamp, body } = self;
        let webhook = Webhook::builder().secret_for(scheme, secret)?.build()?;
        let mut headers = Vec::from([("content-type".to_owned(), "application/json".to_owned())]);
        let signed = webhook.sign(&body, &id, timestamp)?;
        headers.extend(signed.iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(SignedRequest { headers, body })
    }
}

/// A clock that moves when it is told to, in unix seconds. Its clones move with it.
///
/// ```
/// use std::time::Duration;
/// use agentmail_webhooks::testing::Clock;
///
/// let clock = Clock::at(1_800_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), 1_800_000_060);
/// clock.set(0);
/// assert_eq!(clock.clone().now(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    time: Arc<AtomicU64>,
}

impl Clock {
    /// A clock that stands at a time.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// assert_eq!(clock.now(), 1_800_000_000);
    /// ```
    #[must_use]
    pub fn at(unix_seconds: u64) -> Self {
        Self { time: Arc::new(AtomicU64::new(unix_seconds)) }
    }

    /// Its time, for [`receive_at`](Webhook::receive_at), [`verify_at`](Webhook::verify_at) and
    /// [`SignedRequest::builder`].
    ///
    /// ```
    /// use agentmail_webhooks::{Webhook, testing::{Clock, SignedRequest}};
    ///
    /// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    ///
    /// let clock = Clock::at(1_800_000_000);
    /// let request = SignedRequest::builder("{}", clock.now()).sign(SECRET)?;
    /// assert!(Webhook::new(SECRET)?.verify_at(request.body(), request.headers(), clock.now()).is_ok());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn now(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    /// Moves it to a time, forward or back.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// clock.set(1_700_000_000);
    /// assert_eq!(clock.now(), 1_700_000_000);
    /// ```
    pub fn set(&self, unix_seconds: u64) {
        self.time.store(unix_seconds, Ordering::SeqCst);
    }

    /// Moves it forward. Fractions of a second are dropped.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// let clock_of_the_server = clock.clone();
    /// clock.advance(Duration::from_secs(301));
    /// assert_eq!(clock_of_the_server.now(), 1_800_000_301);
    /// ```
    pub fn advance(&self, by: Duration) {
        self.time.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

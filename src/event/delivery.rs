//! Deliveries that were verified and parsed.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::parse::parse_with_warnings;
use super::{DISCRIMINATOR, Event, Text};
use crate::error::{Error, ErrorKind};
use crate::scheme::Scheme;
use crate::signature::verify::Verified;
use crate::wire::encode::EncodeObject;
use crate::wire::object::IntoOwned;

/// A genuine delivery and its event. Returned by [`Webhook::receive_at`](crate::Webhook::receive_at).
///
/// ```
/// use agentmail_webhooks::{Scheme, Webhook};
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let payload = r#"{"event_type": "message.sent", "event_id": "evt_7",
///     "send": {"inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<2@example.com>"}}"#;
/// let headers = webhook.sign(payload, "msg_1", 1_700_000_000)?;
///
/// let delivery = webhook.receive_at(payload, &headers, 1_700_000_002)?;
/// assert_eq!((delivery.scheme, delivery.id.as_deref()), (Scheme::Standard, Some("msg_1")));
/// assert_eq!((delivery.timestamp, delivery.secret_index), (Some(1_700_000_000), 0));
/// assert_eq!(delivery.idempotency_key, "evt_7");
/// assert_eq!((delivery.event.event_type(), delivery.event.event_id()), ("message.sent", Some("evt_7")));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery<'a> {
    /// The scheme under which it was signed.
    pub scheme: Scheme,
    /// The sender's identifier of the delivery, the same on retries. Scheme `standard` only.
    pub id: Option<Text<'a>>,
    /// The time at which this attempt was signed, in unix seconds. Absent in scheme `body`.
    pub timestamp: Option<u64>,
    /// The position of the secret that matched, counted from 0 in the order of configuration.
    pub secret_index: usize,
    /// The same for all deliveries of an event, even to several webhooks. Store the keys of handled deliveries to
    /// recognize duplicates.
    ///
    /// It is the `event_id`, else the `id`, else `agent_id/message_id` of `mail.received`, else the SHA-256 of the
    /// payload in hex.
    pub idempotency_key: Text<'a>,
    /// The event.
    pub event: Event<'a>,
    /// One line for each value that did not fit and was moved to `extra`, such as `message.attachments[2].size:
    /// expected an integer, found a string`. At most 16, followed by one that counts the rest. Usually empty. Contains
    /// no values of the payload, so it is safe to log.
    pub warnings: Vec<String>,
}

impl<'a> Verified<'a> {
    /// Parses the verified payload.
    ///
    /// # Errors
    ///
    /// The errors of [`parse`](crate::parse). Their [`verified`](Error::verified) returns the result of the
    /// verification.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// # let payload = r#"{"event_type": "moon.landed"}"#;
    /// # let headers = webhook.sign(payload, "msg_1", 1_700_000_000)?;
    /// let verified = webhook.verify_at(payload, &headers, 1_700_000_000)?;
    /// println!("genuine: {:?}", verified.id());
    /// println!("and it says {}", verified.parse()?.event_type());
    /// # assert_eq!(verified.parse()?.event_type(), "unknown");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn parse(&self) -> Result<Event<'a>, Error> {
        self.parse_with_warnings().map(|(event, _)| event)
    }

    fn parse_with_warnings(&self) -> Result<(Event<'a>, Vec<String>), Error> {
        parse_with_warnings(self.payload()).map_err(|error| unreadable_error(self, error))
    }
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(verified: Verified<'a>) -> Result<Self, Error> {
        let (event, warnings) = verified.parse_with_warnings()?;
        Ok(Self {
            scheme: verified.scheme(),
            id: verified.id().map(Cow::Borrowed),
            timestamp: verified.timestamp(),
            secret_index: verified.secret_index(),
            idempotency_key: idempotency_key(&verified, &event),
            event,
            warnings,
        })
    }

    /// Copies what is borrowed from the payload and the headers, so that the delivery can be stored or sent to another
    /// thread. For a queue, serialize [`event`](Self::event), or store the payload and parse it again.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// # let body = br#"{"event_type": "moon.landed"}"#.to_vec();
    /// # let headers = webhook.sign(&body, "msg_1", 1_700_000_000)?;
    /// let delivery = webhook.receive_at(&body, &headers, 1_700_000_000)?.into_owned();
    /// drop(body);
    /// let worker = std::thread::spawn(move || println!("{}", delivery.event.event_type()));
    /// # worker.join().unwrap();
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Delivery<'static> {
        Delivery {
            scheme: self.scheme,
            id: self.id.into_owned(),
            timestamp: self.timestamp,
            secret_index: self.secret_index,
            idempotency_key: IntoOwned::into_owned(self.idempotency_key),
            event: self.event.into_owned(),
            warnings: self.warnings,
        }
    }
}

/// Returns the event of a delivery.
impl<'a> From<Delivery<'a>> for Event<'a> {
    fn from(delivery: Delivery<'a>) -> Self {
        delivery.event
    }
}

/// Adds the result of the verification to an error about the payload.
pub(crate) fn unreadable_error(verified: &Verified<'_>, error: Error) -> Error {
    let mut verification = verified.verification();
    if error.kind() == ErrorKind::InvalidEvent
        && let Some(id) = DISCRIMINATOR.id(verified.payload())
    {
        verification.idempotency_key = id;
    }
    error.with_verification(verification)
}

/// Returns a key that is the same for all deliveries of an event (WIRE 3.11 in `tests/fixtures/README.md`).
pub(crate) fn idempotency_key<'a>(verified: &Verified<'a>, event: &dyn EncodeObject) -> Text<'a> {
    // An empty text would be the key of all such events.
    let text = |name| event.text(name).filter(|text| !text.is_empty());
    if let Some(id) = text("event_id") {
        return Cow::Owned(id.into());
    }
    if let Some(id) = verified.id() {
        return id.into();
    }
    // Only `mail.received` has these two members at the top level.
    match text("agent_id").zip(text("message_id")) {
        Some((agent, message)) => Cow::Owned([agent, "/", message].into_iter().collect()),
        None => verified.payload_sha256().into(),
    }
}

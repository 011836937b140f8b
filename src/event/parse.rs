//! `parse`: parses a payload into an event.

use alloc::string::String;
use alloc::vec::Vec;

use super::{DISCRIMINATOR, Event};
use crate::error::Error;
use crate::wire::discriminate::VariantTarget;
#[cfg(feature = "explain")]
use crate::wire::schema::{Key, Schema};
#[cfg(feature = "explain")]
use crate::wire::target::ObjectTarget;

/// Parses a payload into a typed event, **without authentication**: anyone who can reach the endpoint can send any
/// payload. Use [`Webhook::receive`](crate::Webhook::receive_at), unless the payload was verified before, such as one
/// that is read from a queue or a log.
///
/// `payload` is JSON in UTF-8, of any size, nested up to 127 deep, with up to 65,536 list elements and unknown members
/// in total. A serialized [`Event`] is accepted too, and results in an equal event.
///
/// # Errors
///
/// - [`InvalidJson`](crate::ErrorKind::InvalidJson): the payload is not JSON. The message has line and column.
/// - [`InvalidEvent`](crate::ErrorKind::InvalidEvent): a required member is missing or has the wrong type. The message
///   has its path.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let event = parse(br#"{"event_type":"message.sent","send":
///     {"inbox_id":"i","thread_id":"t","message_id":"m","recipients":["Jane <jane@example.com>"]}}"#)?;
/// let Event::MessageSent(event) = event else { unreachable!() };
/// assert_eq!(event.send.recipients[0].email, "jane@example.com");
///
/// let error = parse(br#"{"event_type":"message.sent","send":{"inbox_id":5}}"#).unwrap_err();
/// assert_eq!(error.to_string(), "invalid event: send.inbox_id: expected a string, found a number");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn parse(payload: &[u8]) -> Result<Event<'_>, Error> {
    parse_with_warnings(payload).map(|(event, _)| event)
}

/// Parses a payload, and returns the warnings.
pub(crate) fn parse_with_warnings(payload: &[u8]) -> Result<(Event<'_>, Vec<String>), Error> {
    let mut event = None;
    let warnings = read(payload, &mut event)?;
    Ok((event.ok_or_else(|| DISCRIMINATOR.expected_error())?, warnings))
}

/// Decodes a payload into `target`, and returns the warnings.
pub(crate) fn read<'a>(payload: &'a [u8], target: &mut dyn VariantTarget<'a>) -> Result<Vec<String>, Error> {
    DISCRIMINATOR.decode(payload, target)
}

/// Validates a payload as [`parse`] does, but returns only the name of the event.
#[cfg(feature = "explain")]
pub(crate) fn event_type(payload: &[u8]) -> Result<&'static str, Error> {
    struct Name(&'static str);
    impl<'a> VariantTarget<'a> for Name {
        fn variant(
            &mut self,
            (_, name): (Key, &'static str),
            _: &'static Schema,
        ) -> Option<&mut dyn ObjectTarget<'a>> {
            self.0 = name;
            None
        }
    }
    let mut name = Name(super::UNKNOWN);
    read(payload, &mut name)?;
    Ok(name.0)
}

//! `parse`: from a payload to its event.

use alloc::string::String;
use alloc::vec::Vec;

use super::{DISCRIMINATOR, Event};
use crate::error::Error;
use crate::wire::discriminate::VariantTarget;
#[cfg(feature = "explain")]
use crate::wire::schema::Schema;
#[cfg(feature = "explain")]
use crate::wire::target::ObjectTarget;

/// Parses a payload into a typed event, **without any authentication**: whoever can reach the
/// endpoint can send any payload. Use [`Webhook::receive`](crate::Webhook::receive_at), unless the payload
/// was verified before, and is read again from a queue or a log.
///
/// `payload` is JSON in UTF-8, of any size, nested up to 127 deep, with up to 65,536 elements of lists and members that
/// are kept (`extra`, `headers`) in all. To parse again later, store the payload:
/// a serialised [`Event`] can go in again too, but an unknown one then comes out as what it is in JSON, and what
/// `extra` holds as a member called `extra`.
///
/// # Errors
///
/// [`InvalidJson`](crate::ErrorKind::InvalidJson) with line and column,
/// [`InvalidEvent`](crate::ErrorKind::InvalidEvent) with the path of what is not as the event has it.
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

/// Parses a payload, and returns a line for each value that did not fit.
pub(crate) fn parse_with_warnings(payload: &[u8]) -> Result<(Event<'_>, Vec<String>), Error> {
    let mut event = None;
    let warnings = read(payload, &mut event)?;
    Ok((event.ok_or_else(|| DISCRIMINATOR.expected_error())?, warnings))
}

/// Decodes a payload into an event of some kind, and returns the warnings.
pub(crate) fn read<'a>(payload: &'a [u8], target: &mut dyn VariantTarget<'a>) -> Result<Vec<String>, Error> {
    DISCRIMINATOR.decode(payload, target)
}

/// Returns the name of the event that a payload is: [`parse`] without an event.
#[cfg(feature = "explain")]
pub(crate) fn event_type(payload: &[u8]) -> Result<&'static str, Error> {
    struct Name(&'static str);
    impl<'a> VariantTarget<'a> for Name {
        fn variant(
            &mut self,
            (_, name): (&'static str, &'static str),
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

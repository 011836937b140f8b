//! The events in their canonical form (WIRE 2 and 3 in `tests/fixtures/README.md`).

mod address;
mod agent_id;
mod automated;
mod calendar;
mod delivery;
mod domain;
mod message;
mod outgoing;
mod parse;
mod security;
mod unknown;

use alloc::borrow::Cow;
#[cfg(feature = "schema")]
use alloc::vec::Vec;
#[cfg(feature = "schema")]
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

pub use crate::wire::raw::{Json, Members};
pub use address::*;
pub use agent_id::*;
pub use automated::Automated;
pub use calendar::*;
pub use delivery::Delivery;
#[cfg(feature = "wasm")]
pub(crate) use delivery::{idempotency_key, unreadable_error};
pub use domain::*;
pub use message::*;
pub use outgoing::*;
#[cfg(feature = "explain")]
pub(crate) use parse::event_type;
pub use parse::parse;
#[cfg(feature = "wasm")]
pub(crate) use parse::read;
pub use security::*;
pub use unknown::UnknownEvent;

use crate::wire::discriminate::{Discriminator, VariantTarget};
use crate::wire::encode::{EncodeObject, Node};
#[cfg(feature = "schema")]
use crate::wire::schema::collect;
use crate::wire::schema::{Aside, Key, Role, Schema, key};
#[cfg(feature = "schema")]
pub use crate::wire::schema::{EventSchema, FieldSchema, ObjectSchema};
use crate::wire::target::ObjectTarget;
use crate::wire::transcode;

/// A string of the payload. It is borrowed unless it has escapes.
///
/// ```
/// use std::borrow::Cow;
/// use agentmail_webhooks::{Event, Text, parse};
///
/// let Event::Unknown(event) = parse(br#"{"event_type": "moon.landed"}"#)? else { unreachable!() };
/// let name: Text<'_> = event.wire_type;
/// assert!(matches!(name, Cow::Borrowed("moon.landed")));
/// assert!(name.starts_with("moon."), "it is used as a `str`");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub type Text<'a> = Cow<'a, str>;

/// An integer of the payload, from 0 to 2^53 - 1, which every language represents exactly.
///
/// ```
/// use agentmail_webhooks::{Event, Integer, parse};
///
/// let most: Integer = (1 << 53) - 1;
/// let payload = format!(r#"{{"event_type": "message.received", "message":
///     {{"inbox_id": "i", "thread_id": "t", "message_id": "m", "size": {most}}}}}"#);
/// let Event::MessageReceived(event) = parse(payload.as_bytes())? else { unreachable!() };
/// assert_eq!(event.message.size, Some(most));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub type Integer = u64;

/// Defines [`Event`], and the type for each name on the wire.
macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:literal => $Variant:ident($Type:ident),)*) => {
        /// A typed event.
        ///
        /// It serializes as the canonical event: plain JSON, the same in every language and for every dialect of the
        /// sender.
        ///
        /// Optional fields are an [`Option`], missing lists are empty. The event borrows from the payload;
        /// [`into_owned`](Self::into_owned) copies what is borrowed.
        ///
        /// ```
        /// use agentmail_webhooks::{Event, parse};
        ///
        /// fn handle(event: &Event<'_>) {
        ///     match event {
        ///         Event::MessageReceived(event) => println!("{:?}", event.message.subject),
        ///         Event::MessageBounced(event) => println!("{:?}", event.bounce.recipients),
        ///         Event::Unknown(event) => println!("{} is newer than this: {:?}", event.wire_type, event.payload),
        ///         _ => {}
        ///     }
        /// }
        ///
        /// let event = parse(br#"{"event_type": "moon.landed", "crew": 3}"#)?;
        /// handle(&event);
        /// assert_eq!(serde_json::to_value(&event).unwrap()["payload"]["crew"], 3);
        /// # Ok::<(), agentmail_webhooks::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event<'a> {
            $($(#[doc = $doc])* #[doc = concat!("On the wire: `", $name, "`.")] $Variant($Type<'a>),)*
            /// An event that this version does not know, with its complete payload.
            Unknown(UnknownEvent<'a>),
        }

        impl Event<'_> {
            /// The names of all events that this version knows, for example to subscribe to all of them.
            ///
            /// ```
            /// # use agentmail_webhooks::Event;
            /// assert!(Event::TYPES.contains(&"message.received"));
            /// assert!(!Event::TYPES.contains(&"unknown"));
            /// ```
            pub const TYPES: &'static [&'static str] = &[$($name),*];

            /// Returns the name of the event, such as `message.received`, or `unknown` for an unknown event, whose name
            /// is in [`wire_type`](UnknownEvent::wire_type).
            ///
            /// ```
            /// # use agentmail_webhooks::parse;
            /// let event = parse(br#"{"event_type": "mail.received", "agent_id": "a", "message_id": "m"}"#)?;
            /// assert_eq!(event.event_type(), "mail.received");
            /// assert_eq!(parse(br#"{"event_type": "moon.landed"}"#)?.event_type(), "unknown");
            /// # Ok::<(), agentmail_webhooks::Error>(())
            /// ```
            #[must_use]
            pub fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$Variant(_) => $name,)*
                    Self::Unknown(_) => UNKNOWN,
                }
            }

            /// Returns the identifier of the event. Some events have none: to handle each event once, use the
            /// [`idempotency_key`](Delivery::idempotency_key), which every delivery has.
            ///
            /// ```
            /// # use agentmail_webhooks::parse;
            /// let event = parse(br#"{"event_type": "moon.landed", "event_id": "evt_7"}"#)?;
            /// assert_eq!(event.event_id(), Some("evt_7"));
            /// # Ok::<(), agentmail_webhooks::Error>(())
            /// ```
            #[must_use]
            pub fn event_id(&self) -> Option<&str> {
                match self {
                    $(Self::$Variant(event) => event.event_id.as_deref(),)*
                    Self::Unknown(event) => event.event_id.as_deref(),
                }
            }

            /// Copies what is borrowed from the payload, so that the event can be stored or sent to another thread.
            ///
            /// ```
            /// use agentmail_webhooks::{Error, Event, parse};
            ///
            /// fn read(body: Vec<u8>) -> Result<Event<'static>, Error> {
            ///     Ok(parse(&body)?.into_owned())
            /// }
            /// # read(br#"{"event_type": "moon.landed"}"#.to_vec())?;
            /// # Ok::<(), Error>(())
            /// ```
            #[must_use]
            pub fn into_owned(self) -> Event<'static> {
                match self {
                    $(Self::$Variant(event) => Event::$Variant(event.into_owned()),)*
                    Self::Unknown(event) => Event::Unknown(event.into_owned()),
                }
            }
        }

        impl Event<'_> {
            fn object(&self) -> &dyn EncodeObject {
                match self {
                    $(Self::$Variant(event) => event,)*
                    Self::Unknown(event) => event,
                }
            }
        }

        /// The name and the schema of each event.
        const EVENTS: &[(&str, &Schema)] = &[$((
            $name,
            &$Type::SCHEMA.with_aside(NAMES),
        )),*];

        impl<'a> VariantTarget<'a> for Option<Event<'a>> {
            fn variant(
                &mut self,
                (_, name): (Key, &'static str),
                _: &'static Schema,
            ) -> Option<&mut dyn ObjectTarget<'a>> {
                Some(match name {
                    $($name => match self.insert(Event::$Variant($Type::default())) {
                        Event::$Variant(event) => event,
                        _ => return None,
                    },)*
                    _ => match self.insert(Event::Unknown(UnknownEvent::default())) {
                        Event::Unknown(event) => event,
                        _ => return None,
                    },
                })
            }
        }

        /// The definitions of all events, for the TypeScript declarations, docs/events.md and the command line.
        #[cfg(feature = "schema")]
        #[doc(hidden)]
        pub const EVENT_SCHEMAS: &[EventSchema] =
            &[$(EventSchema { name: $name, ty: stringify!($Type), docs: concat!($($doc),*) }),*];

        /// The names of all samples.
        #[cfg(feature = "testing")]
        pub(crate) const SAMPLE_NAMES: &[&str] = &[$($name,)* UNKNOWN];
        /// The samples, in the order of [`SAMPLE_NAMES`].
        #[cfg(feature = "testing")]
        pub(crate) const SAMPLES: &[&str] = &[
            $(include_str!(concat!("../testing/samples/", $name, ".json")),)*
            include_str!("../testing/samples/unknown.json"),
        ];
    };
}

events! {
    /// A message arrived.
    "message.received" => MessageReceived(MessageReceived),
    /// A message arrived and was classified as spam.
    "message.received.spam" => MessageReceivedSpam(MessageReceived),
    /// A message arrived from a sender on a block list.
    "message.received.blocked" => MessageReceivedBlocked(MessageReceived),
    /// A message arrived without authentication headers.
    "message.received.unauthenticated" => MessageReceivedUnauthenticated(MessageReceived),
    /// A message was sent.
    "message.sent" => MessageSent(MessageSent),
    /// A message was delivered to the server of a recipient.
    "message.delivered" => MessageDelivered(MessageDelivered),
    /// A message bounced.
    "message.bounced" => MessageBounced(MessageBounced),
    /// A recipient marked a message as spam.
    "message.complained" => MessageComplained(MessageComplained),
    /// A message was rejected and not sent.
    "message.rejected" => MessageRejected(MessageRejected),
    /// A message was opened for the first time.
    "message.opened" => MessageOpened(MessageOpened),
    /// Agent Armor reached a verdict on a message.
    "message.security.completed" => MessageSecurityCompleted(MessageSecurity),
    /// Agent Armor holds a message for review.
    "message.security.review" => MessageSecurityReview(MessageSecurity),
    /// A person released a message that was held for review.
    "message.security.override" => MessageSecurityOverride(MessageSecurityOverride),
    /// A domain was verified and can be used.
    "domain.verified" => DomainVerified(DomainVerified),
    /// A calendar event was created.
    "calendar.event.created" => CalendarEventCreated(CalendarEventChanged),
    /// A calendar event changed.
    "calendar.event.updated" => CalendarEventUpdated(CalendarEventUpdated),
    /// A calendar event was deleted.
    "calendar.event.deleted" => CalendarEventDeleted(CalendarEventChanged),
    /// An attendee responded to an invitation.
    "calendar.event.responded" => CalendarEventResponded(CalendarEventChanged),
    /// A calendar event begins.
    "calendar.event.starting" => CalendarEventStarting(CalendarEventDue),
    /// A calendar event has ended.
    "calendar.event.ending" => CalendarEventEnding(CalendarEventDue),
    /// A message arrived at an agent of the `agent_id` product.
    "mail.received" => MailReceived(MailReceived),
}

/// The definitions of all objects, for the TypeScript declarations and docs/events.md.
#[cfg(feature = "schema")]
#[doc(hidden)]
pub static OBJECT_SCHEMAS: LazyLock<Vec<ObjectSchema>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for (_, schema) in EVENTS {
        collect(schema, &mut found);
    }
    found
});

pub(crate) const UNKNOWN: &str = "unknown";

/// The members that may name an event.
const NAMES: &[Aside] =
    &[Aside { key: key!("event_type"), role: Role::Tag }, Aside { key: key!("type"), role: Role::Constant }];

/// The rules to find the event of a payload (WIRE 3.7).
const DISCRIMINATOR: Discriminator = Discriminator {
    tag: key!("event_type"),
    fallback: (key!("type"), "event"),
    variants: EVENTS,
    unknown: (UNKNOWN, &UnknownEvent::SCHEMA),
    expected: "expected an object with event_type",
};

impl EncodeObject for Event<'_> {
    fn schema(&self) -> &'static Schema {
        self.object().schema()
    }
    fn value(&self, position: usize) -> Node<'_> {
        self.object().value(position)
    }
    fn extra(&self) -> Option<&Members<'_>> {
        self.object().extra()
    }
    fn tag(&self) -> Option<(Key, &'static str)> {
        Some((DISCRIMINATOR.tag, self.event_type()))
    }
}

/// Reads a serialized event, or a payload, from any self-describing format.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let event = parse(br#"{"event_type": "moon.landed", "crew": 3}"#)?;
/// let queued = serde_json::to_string(&event).unwrap();
/// let again: Event<'static> = serde_json::from_str(&queued).unwrap();
/// assert_eq!(again, event);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
impl<'de> Deserialize<'de> for Event<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = transcode::json(deserializer)?;
        parse(json.as_bytes()).map(Event::into_owned).map_err(D::Error::custom)
    }
}

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node::Object(self).serialize(serializer)
    }
}

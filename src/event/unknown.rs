//! Events that this version does not know.

use super::Text;
use crate::wire::encode::{Encode, EncodeObject, Node};
use crate::wire::object::IntoOwned;
use crate::wire::raw::Json;
use crate::wire::schema::{Field, FieldSet, Schema, Type, key};
use crate::wire::target::{ObjectTarget, Target};

/// An event that this version does not know. It is not an error, so that new events of AgentMail do not fail.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let event = parse(br#"{"event_type": "moon.landed", "event_id": "evt_7", "crew": ["Neil", "Buzz"]}"#)?;
/// let Event::Unknown(event) = event else { unreachable!() };
/// assert_eq!((&*event.wire_type, event.event_id.as_deref()), ("moon.landed", Some("evt_7")));
///
/// let landing: serde_json::Value = serde_json::from_str(event.payload.as_str()).unwrap();
/// assert_eq!(landing["crew"][1], "Buzz");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent<'a> {
    /// The name of the event on the wire.
    pub wire_type: Text<'a>,
    /// Identifies the event.
    pub event_id: Option<Text<'a>>,
    /// The whole payload, as it was sent.
    pub payload: Json<'a>,
}

impl UnknownEvent<'_> {
    /// Copies what is borrowed from the payload, so that the event can be stored or sent to another thread.
    #[must_use]
    pub fn into_owned(self) -> UnknownEvent<'static> {
        UnknownEvent {
            wire_type: IntoOwned::into_owned(self.wire_type),
            event_id: self.event_id.into_owned(),
            payload: self.payload.into_owned(),
        }
    }

    /// The schema, with the fields in the order that
    /// [`Discriminator`](crate::wire::discriminate::Discriminator) requires.
    pub(crate) const SCHEMA: Schema = Schema {
        fields: &[
            Field { key: key!("wire_type"), ty: Type::Text, always: false },
            Field { key: key!("event_id"), ty: Type::Text, always: false },
            Field { key: key!("payload"), ty: Type::Json, always: false },
        ],
        required: FieldSet::NONE.with(0, true).with(2, true),
        keeps_unknown: false,
        ..Schema::EMPTY
    };
}

impl<'a> ObjectTarget<'a> for UnknownEvent<'a> {
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>> {
        Some(match position {
            0 => &mut self.wire_type,
            1 => &mut self.event_id,
            _ => &mut self.payload,
        })
    }
}

impl EncodeObject for UnknownEvent<'_> {
    fn schema(&self) -> &'static Schema {
        &Self::SCHEMA
    }
    fn value(&self, position: usize) -> Node<'_> {
        match position {
            0 => self.wire_type.node(),
            1 => self.event_id.node(),
            _ => self.payload.node(),
        }
    }
}

//! Events without types: what the wasm module reads into, because JavaScript has none. Their shapes are those of the
//! types, so that the result is the same.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::decode::{List, Object, Slot};
use super::encode::{Entries, Node, Write};
use super::raw::{Json, Members};
use super::schema::{Fields, Shape};
use crate::event::address::Address;
use crate::event::parse::Target;
use crate::event::{UNKNOWN, UnknownEvent};

/// An event.
pub(crate) enum PlainEvent<'a> {
    Known(&'static str, Plain<'a>),
    Unknown(UnknownEvent<'a>),
}

/// An object.
pub(crate) struct Plain<'a> {
    shape: &'static Shape,
    /// One for each field of the shape.
    values: Vec<Value<'a>>,
    extra: Members<'a>,
}

#[derive(Default)]
enum Value<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Integer(u64),
    Boolean(bool),
    Json(Json<'a>),
    Address(Address<'a>),
    Members(Members<'a>),
    List(Vec<Self>),
    Object(Plain<'a>),
}

impl PlainEvent<'_> {
    pub(crate) fn event_id(&self) -> Option<&str> {
        match self {
            Self::Known(_, event) => event.text("event_id"),
            Self::Unknown(event) => event.event_id.as_deref(),
        }
    }

    /// What identifies a `mail.received`.
    pub(crate) fn message_id(&self) -> Option<&str> {
        match self {
            Self::Known(_, event) => event.text("message_id"),
            Self::Unknown(_) => None,
        }
    }
}

impl<'a> Target<'a> for Option<PlainEvent<'a>> {
    fn known(&mut self, name: &'static str, shape: &'static Shape) -> Option<&mut dyn Object<'a>> {
        match self.insert(PlainEvent::Known(name, Plain::new(shape))) {
            PlainEvent::Known(_, event) => Some(event),
            PlainEvent::Unknown(_) => None,
        }
    }
    fn unknown(&mut self, event: UnknownEvent<'a>) {
        *self = Some(PlainEvent::Unknown(event));
    }
}

impl Entries for PlainEvent<'_> {
    fn each<'n>(&'n self, write: &mut dyn FnMut(&'static str, Node<'n>)) {
        let (name, entries): (_, &dyn Entries) = match self {
            Self::Known(name, event) => (*name, event),
            Self::Unknown(event) => (UNKNOWN, event),
        };
        write("event_type", Node::Text(name));
        entries.each(write);
    }
}

impl Plain<'_> {
    fn new(shape: &'static Shape) -> Self {
        let values = shape.fields.iter().map(|_| Value::Absent).collect();
        Self { shape, values, extra: Members::default() }
    }

    fn text(&self, name: &str) -> Option<&str> {
        let position = self.shape.fields.iter().position(|field| field.name == name)?;
        match self.values.get(position)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Object<'a> for Plain<'a> {
    fn slot(&mut self, position: usize) -> Option<&mut dyn Slot<'a>> {
        self.values.get_mut(position).map(|value| -> &mut dyn Slot<'a> { value })
    }
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        Some(&mut self.extra)
    }
}

impl Entries for Plain<'_> {
    fn each<'n>(&'n self, write: &mut dyn FnMut(&'static str, Node<'n>)) {
        let mut present = Fields::NONE;
        for (position, (field, value)) in self.shape.fields.iter().zip(&self.values).enumerate() {
            match value {
                Value::Absent if field.always => write(field.name, Node::List(NO_ELEMENTS)),
                Value::Absent => {}
                value => {
                    present.insert(position);
                    write(field.name, value.node());
                }
            }
        }
        if let Some((name, fields)) = self.shape.absence {
            write(name, Node::Boolean(!present.has_any(fields)));
        }
        if !self.extra.is_empty() {
            write("extra", Node::Members(&self.extra));
        }
    }
}

const NO_ELEMENTS: &Vec<Value<'static>> = &Vec::new();

impl<'a> Slot<'a> for Value<'a> {
    fn text(&mut self, text: Cow<'a, str>) {
        *self = Self::Text(text);
    }
    fn integer(&mut self, integer: u64) {
        *self = Self::Integer(integer);
    }
    fn boolean(&mut self, boolean: bool) {
        *self = Self::Boolean(boolean);
    }
    fn json(&mut self, json: Json<'a>) {
        *self = Self::Json(json);
    }
    fn address(&mut self, address: Address<'a>) {
        *self = Self::Address(address);
    }
    fn members(&mut self) -> Option<&mut Members<'a>> {
        *self = Self::Members(Members::default());
        match self {
            Self::Members(members) => Some(members),
            _ => None,
        }
    }
    fn list(&mut self) -> Option<&mut dyn List<'a>> {
        *self = Self::List(Vec::new());
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }
    fn object(&mut self, shape: &'static Shape) -> Option<&mut dyn Object<'a>> {
        *self = Self::Object(Plain::new(shape));
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
    fn clear(&mut self) {
        *self = Self::Absent;
    }
}

impl Write for Value<'_> {
    fn node(&self) -> Node<'_> {
        match self {
            Self::Absent => Node::Absent,
            Self::Text(text) => Node::Text(text),
            Self::Integer(integer) => Node::Integer(*integer),
            Self::Boolean(boolean) => Node::Boolean(*boolean),
            Self::Json(json) => Node::Json(json),
            Self::Address(address) => Node::Object(address),
            Self::Members(members) => Node::Members(members),
            Self::List(list) => Node::List(list),
            Self::Object(object) => Node::Object(object),
        }
    }
}

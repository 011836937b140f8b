//! Encodes values as canonical JSON. As in [`decode`](super::decode), the code works on trait objects, so it is
//! compiled once and not for each type.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::raw::{Json, Members};
use super::schema::{EXTRA, Key, Schema};

/// A value to encode.
#[derive(Clone, Copy)]
pub(crate) enum Node<'n> {
    /// A member that is left out.
    Absent,
    Text(&'n str),
    Integer(u64),
    Boolean(bool),
    Json(&'n Json<'n>),
    Members(&'n Members<'n>),
    List(&'n dyn EncodeList),
    Object(&'n dyn EncodeObject),
}

#[cfg(feature = "wasm")]
impl<'n> Node<'n> {
    pub(crate) fn of(object: &'n impl EncodeObject) -> Self {
        Self::Object(object)
    }
}

impl Node<'_> {
    /// Returns `true` if the values are equal. [`Json`] and [`Members`] are never equal here.
    pub(crate) fn equals(self, other: Node<'_>) -> bool {
        match (self, other) {
            (Self::Absent, Node::Absent) => true,
            (Self::Text(one), Node::Text(other)) => one == other,
            (Self::Integer(one), Node::Integer(other)) => one == other,
            (Self::Boolean(one), Node::Boolean(other)) => one == other,
            (Self::List(one), Node::List(other)) => {
                for index in 0.. {
                    match (one.element(index), other.element(index)) {
                        (None, None) => break,
                        (Some(one), Some(other)) if one.equals(other) => {}
                        _ => return false,
                    }
                }
                true
            }
            (Self::Object(one), Node::Object(other)) => (0..one.schema().fields.len())
                .all(|position| one.value(position).equals(other.value(position))),
            _ => false,
        }
    }
}

impl From<bool> for Node<'_> {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

/// A value that can be encoded.
pub(crate) trait Encode {
    fn node(&self) -> Node<'_>;
}

/// A list that can be encoded.
pub(crate) trait EncodeList {
    fn element(&self, index: usize) -> Option<Node<'_>>;
}

/// An object that can be encoded.
pub(crate) trait EncodeObject {
    fn schema(&self) -> &'static Schema;
    /// Returns the value of a field, by its position in the schema.
    fn value(&self, position: usize) -> Node<'_>;
    /// Returns the members that are not in the schema.
    fn extra(&self) -> Option<&Members<'_>> {
        None
    }
    /// Returns the discriminator, which is encoded first.
    fn tag(&self) -> Option<(Key, &'static str)> {
        None
    }
}

impl<'n> dyn EncodeObject + 'n {
    /// Returns the text of a field, by its name.
    pub(crate) fn text(&'n self, name: &str) -> Option<&'n str> {
        let position = self.schema().fields.iter().position(|field| field.key.is(name))?;
        match self.value(position) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Passes the members in order to `write`, absent ones included.
    pub(crate) fn each(&'n self, write: &mut dyn FnMut(Key, Node<'n>)) {
        if let Some((key, value)) = self.tag() {
            write(key, Node::Text(value));
        }
        let schema = self.schema();
        for (position, field) in schema.fields.iter().enumerate() {
            write(field.key, self.value(position));
        }
        for computed in schema.computed {
            write(computed.key, (computed.compute)(self));
        }
        if let Some(extra) = self.extra().filter(|extra| !extra.is_empty()) {
            write(EXTRA, Node::Members(extra));
        }
    }
}

/// Returns `true` if all of these fields are absent.
pub(crate) fn none_of(object: &dyn EncodeObject, positions: &[usize]) -> bool {
    positions.iter().all(|position| matches!(object.value(*position), Node::Absent))
}

impl Encode for Cow<'_, str> {
    fn node(&self) -> Node<'_> {
        Node::Text(self)
    }
}

impl Encode for u64 {
    fn node(&self) -> Node<'_> {
        Node::Integer(*self)
    }
}

impl Encode for bool {
    fn node(&self) -> Node<'_> {
        Node::Boolean(*self)
    }
}

impl Encode for Json<'_> {
    fn node(&self) -> Node<'_> {
        Node::Json(self)
    }
}

impl Encode for Members<'_> {
    fn node(&self) -> Node<'_> {
        Node::Members(self)
    }
}

impl<T: Encode> Encode for Option<T> {
    fn node(&self) -> Node<'_> {
        self.as_ref().map_or(Node::Absent, T::node)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn node(&self) -> Node<'_> {
        Node::List(self)
    }
}

impl<T: Encode> EncodeList for Vec<T> {
    fn element(&self, index: usize) -> Option<Node<'_>> {
        self.get(index).map(T::node)
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Absent => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_u64(integer),
            Self::Boolean(boolean) => serializer.serialize_bool(boolean),
            Self::Json(json) => json.serialize(serializer),
            Self::Members(members) => members.serialize(serializer),
            Self::List(list) => serializer.collect_seq((0..).map_while(|index| list.element(index))),
            Self::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                object.each(&mut |key, node| {
                    if result.is_ok() && !matches!(node, Node::Absent) {
                        result = map.serialize_entry(key.name(), &node);
                    }
                });
                result?;
                map.end()
            }
        }
    }
}

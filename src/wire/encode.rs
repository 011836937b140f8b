//! From values to canonical JSON. As in [`decode`](super::decode), there is one copy of what writes.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::raw::{Json, Members};

/// A value as it is written.
#[derive(Clone, Copy)]
pub(crate) enum Node<'n> {
    /// Not written, nor its name.
    Absent,
    Text(&'n str),
    Integer(u64),
    Boolean(bool),
    Json(&'n Json<'n>),
    Members(&'n Members<'n>),
    List(&'n dyn Elements),
    Object(&'n dyn Entries),
}

#[cfg(feature = "wasm")]
impl<'n> Node<'n> {
    pub(crate) fn of(object: &'n impl Entries) -> Self {
        Self::Object(object)
    }
}

/// What can be written.
pub(crate) trait Write {
    fn node(&self) -> Node<'_>;
}

/// A list that is written.
pub(crate) trait Elements {
    fn element(&self, index: usize) -> Option<Node<'_>>;
}

/// An object that is written.
pub(crate) trait Entries {
    /// Gives its members in order to `write`, absent ones included.
    fn each<'n>(&'n self, write: &mut dyn FnMut(&'static str, Node<'n>));
}

impl Write for Cow<'_, str> {
    fn node(&self) -> Node<'_> {
        Node::Text(self)
    }
}

impl Write for u64 {
    fn node(&self) -> Node<'_> {
        Node::Integer(*self)
    }
}

impl Write for bool {
    fn node(&self) -> Node<'_> {
        Node::Boolean(*self)
    }
}

impl Write for Json<'_> {
    fn node(&self) -> Node<'_> {
        Node::Json(self)
    }
}

impl Write for Members<'_> {
    fn node(&self) -> Node<'_> {
        Node::Members(self)
    }
}

impl<T: Write> Write for Option<T> {
    fn node(&self) -> Node<'_> {
        self.as_ref().map_or(Node::Absent, T::node)
    }
}

impl<T: Write> Write for Vec<T> {
    fn node(&self) -> Node<'_> {
        Node::List(self)
    }
}

impl<T: Write> Elements for Vec<T> {
    fn element(&self, index: usize) -> Option<Node<'_>> {
        self.get(index).map(T::node)
    }
}

/// Writes the entries of an object into one that was begun.
pub(crate) fn write_entries<M: serde::ser::SerializeMap>(
    entries: &dyn Entries,
    object: &mut M,
) -> Result<(), M::Error> {
    let mut result = Ok(());
    entries.each(&mut |name, node| {
        if result.is_ok() && !matches!(node, Node::Absent) {
            result = object.serialize_entry(name, &node);
        }
    });
    result
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
            Self::Object(entries) => {
                let mut object = serializer.serialize_map(None)?;
                write_entries(entries, &mut object)?;
                object.end()
            }
        }
    }
}

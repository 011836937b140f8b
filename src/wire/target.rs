//! Targets: the places that JSON is decoded into. They are trait objects, so the decoder is compiled once and not for
//! each type, which keeps the wasm module small.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::encode::EncodeObject;
use super::raw::{Json, Members};
use super::schema::Schema;

/// A place for a value. The decoder calls only the methods that the [`Type`](super::schema::Type) in the schema allows.
pub(crate) trait Target<'a> {
    fn text(&mut self, _: Cow<'a, str>) {}
    fn integer(&mut self, _: u64) {}
    fn boolean(&mut self, _: bool) {}
    fn json(&mut self, _: Json<'a>) {}
    fn members(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        None
    }
    fn object(&mut self, _: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        None
    }
    /// Drops the object that was decoded, which counts as absent.
    fn clear(&mut self) {}
}

/// A list that grows while it is read.
pub(crate) trait ListTarget<'a> {
    /// Adds a place at the end.
    fn add(&mut self) -> Option<&mut dyn Target<'a>>;
    fn remove_last(&mut self);
}

/// A place for the members of an object.
pub(crate) trait ObjectTarget<'a> {
    /// Returns the place of a field, by its position in the schema.
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>>;
    /// Returns the place of members that are not in the schema. With `None`, they are validated and dropped.
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    /// Drops all values decoded so far.
    fn clear(&mut self) {}
    /// Returns the object as decoded so far, for members that are computed from its fields.
    fn decoded(&self) -> Option<&dyn EncodeObject> {
        None
    }
}

/// A place that drops all values. They are still validated.
pub(crate) struct Ignored;

impl Target<'_> for Ignored {}

impl<'a> ObjectTarget<'a> for Ignored {
    fn field(&mut self, _: usize) -> Option<&mut dyn Target<'a>> {
        None
    }
}

impl<'a> Target<'a> for Cow<'a, str> {
    fn text(&mut self, text: Cow<'a, str>) {
        *self = text;
    }
}

impl Target<'_> for u64 {
    fn integer(&mut self, integer: u64) {
        *self = integer;
    }
}

impl Target<'_> for bool {
    fn boolean(&mut self, boolean: bool) {
        *self = boolean;
    }
}

impl<'a> Target<'a> for Json<'a> {
    fn json(&mut self, json: Json<'a>) {
        *self = json;
    }
}

impl<'a> Target<'a> for Members<'a> {
    fn members(&mut self) -> Option<&mut Members<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Target<'a>> Target<'a> for Option<T> {
    fn text(&mut self, text: Cow<'a, str>) {
        self.get_or_insert_default().text(text);
    }
    fn integer(&mut self, integer: u64) {
        self.get_or_insert_default().integer(integer);
    }
    fn boolean(&mut self, boolean: bool) {
        self.get_or_insert_default().boolean(boolean);
    }
    fn json(&mut self, json: Json<'a>) {
        self.get_or_insert_default().json(json);
    }
    fn members(&mut self) -> Option<&mut Members<'a>> {
        self.get_or_insert_default().members()
    }
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        self.get_or_insert_default().list()
    }
    fn object(&mut self, schema: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        self.get_or_insert_default().object(schema)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

impl<'a, T: Default + Target<'a>> Target<'a> for Vec<T> {
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Target<'a>> ListTarget<'a> for Vec<T> {
    fn add(&mut self) -> Option<&mut dyn Target<'a>> {
        self.push(T::default());
        self.last_mut().map(|slot| -> &mut dyn Target<'a> { slot })
    }
    fn remove_last(&mut self) {
        self.pop();
    }
}

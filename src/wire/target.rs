//! What JSON is decoded into: places for values. They are trait objects, so that there is one copy of what decodes, and not
//! one for each type: the wasm module is small.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::encode::EncodeObject;
use super::raw::{Json, Members};
use super::schema::Schema;

/// A place for a value. It is given what its [`Type`] allows, and nothing else.
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
    /// The object that it took counts as absent.
    fn clear(&mut self) {}
}

/// A list that grows while it is read.
pub(crate) trait ListTarget<'a> {
    /// A new place at its end.
    fn add(&mut self) -> Option<&mut dyn Target<'a>>;
    fn remove_last(&mut self);
}

/// Where the members of an object go.
pub(crate) trait ObjectTarget<'a> {
    /// The place of a field, by its position in the schema.
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>>;
    /// Where the members without a place go. `None`: they are looked at, and dropped.
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    /// Begins again.
    fn clear(&mut self) {}
    /// What it has become, for what is computed from its fields.
    fn decoded(&self) -> Option<&dyn EncodeObject> {
        None
    }
}

/// A place that keeps nothing: what goes there is only looked at.
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

//! Values without static types. The wasm module decodes into them, since JavaScript has no use for our structs, and so
//! does code that only compares values. They follow the same schemas as the structs, so the results are the same.

use alloc::borrow::Cow;
use alloc::vec::Vec;

#[cfg(feature = "wasm")]
use super::discriminate::VariantTarget;
use super::encode::{Encode, EncodeObject, Node};
use super::raw::{Json, Members};
#[cfg(feature = "wasm")]
use super::schema::Key;
use super::schema::Schema;
use super::target::{ListTarget, ObjectTarget, Target};

/// An object and its discriminator.
#[cfg(feature = "wasm")]
pub(crate) struct Variant<'a> {
    tag: (Key, &'static str),
    object: Object<'a>,
}

/// An object.
pub(crate) struct Object<'a> {
    schema: &'static Schema,
    /// One for each field of the schema.
    values: Vec<Value<'a>>,
    extra: Members<'a>,
}

#[derive(Default)]
pub(crate) enum Value<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Integer(u64),
    Boolean(bool),
    Json(Json<'a>),
    Members(Members<'a>),
    List(Vec<Self>),
    Object(Object<'a>),
}

#[cfg(feature = "wasm")]
impl<'a> VariantTarget<'a> for Option<Variant<'a>> {
    fn variant(
        &mut self,
        tag: (Key, &'static str),
        schema: &'static Schema,
    ) -> Option<&mut dyn ObjectTarget<'a>> {
        let variant = self.insert(Variant { tag, object: Object::new(schema) });
        Some(&mut variant.object)
    }
}

#[cfg(feature = "wasm")]
impl EncodeObject for Variant<'_> {
    fn schema(&self) -> &'static Schema {
        self.object.schema
    }
    fn value(&self, position: usize) -> Node<'_> {
        self.object.value(position)
    }
    fn extra(&self) -> Option<&Members<'_>> {
        Some(&self.object.extra)
    }
    fn tag(&self) -> Option<(Key, &'static str)> {
        Some(self.tag)
    }
}

impl Object<'_> {
    fn new(schema: &'static Schema) -> Self {
        let values = schema.fields.iter().map(|_| Value::Absent).collect();
        Self { schema, values, extra: Members::default() }
    }
}

impl<'a> ObjectTarget<'a> for Object<'a> {
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>> {
        self.values.get_mut(position).map(|value| -> &mut dyn Target<'a> { value })
    }
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        self.schema.keeps_unknown.then_some(&mut self.extra)
    }
    fn clear(&mut self) {
        *self = Self::new(self.schema);
    }
    fn decoded(&self) -> Option<&dyn EncodeObject> {
        Some(self)
    }
}

impl EncodeObject for Object<'_> {
    fn schema(&self) -> &'static Schema {
        self.schema
    }
    fn value(&self, position: usize) -> Node<'_> {
        match self.values.get(position) {
            None => Node::Absent,
            Some(Value::Absent) if self.schema.fields.get(position).is_some_and(|field| field.always) => {
                Node::List(NO_ELEMENTS)
            }
            Some(value) => value.node(),
        }
    }
    fn extra(&self) -> Option<&Members<'_>> {
        Some(&self.extra)
    }
}

const NO_ELEMENTS: &Vec<Value<'static>> = &Vec::new();

impl<'a> Target<'a> for Value<'a> {
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
    fn members(&mut self) -> Option<&mut Members<'a>> {
        *self = Self::Members(Members::default());
        match self {
            Self::Members(members) => Some(members),
            _ => None,
        }
    }
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        *self = Self::List(Vec::new());
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }
    fn object(&mut self, schema: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        *self = Self::Object(Object::new(schema));
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
    fn clear(&mut self) {
        *self = Self::Absent;
    }
}

impl Encode for Value<'_> {
    fn node(&self) -> Node<'_> {
        match self {
            Self::Absent => Node::Absent,
            Self::Text(text) => Node::Text(text),
            Self::Integer(integer) => Node::Integer(*integer),
            Self::Boolean(boolean) => Node::Boolean(*boolean),
            Self::Json(json) => Node::Json(json),
            Self::Members(members) => Node::Members(members),
            Self::List(list) => Node::List(list),
            Self::Object(object) => Node::Object(object),
        }
    }
}

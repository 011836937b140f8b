//! Schemas: what an object looks like on the wire, as data. Decoding follows them, whatever it decodes into.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::encode::{EncodeObject, Node};
use super::raw::{Json, Members};
use super::target::ObjectTarget;

/// An object of the wire.
#[derive(Clone, Copy)]
pub(crate) struct Schema {
    /// For messages: "expected …".
    pub(crate) expected: &'static str,
    pub(crate) fields: &'static [Field],
    /// The fields without which an object does not fit.
    pub(crate) required: FieldSet,
    /// Decodes the form that the object has as a string, where it has one. A list of such objects may be one of them
    /// alone.
    pub(crate) from_text: Option<FromText>,
    /// Members that are no fields are kept.
    pub(crate) keeps_unknown: bool,
    /// `{}` stands for no object, although something is required.
    pub(crate) empty_is_absent: bool,
    /// Members that are no fields, and are decoded once these are.
    pub(crate) aside: &'static [Aside],
    /// What is encoded beside the fields.
    pub(crate) computed: &'static [Computed],
    #[cfg(feature = "schema")]
    pub(crate) documentation: Option<&'static ObjectSchema>,
}

pub(crate) type FromText = for<'a> fn(Cow<'a, str>, &mut dyn ObjectTarget<'a>);

impl Schema {
    pub(crate) const EMPTY: Self = Self {
        expected: "expected an object",
        fields: &[],
        required: FieldSet::NONE,
        from_text: None,
        keeps_unknown: true,
        empty_is_absent: false,
        aside: &[],
        computed: &[],
        #[cfg(feature = "schema")]
        documentation: None,
    };

    pub(crate) const fn with_aside(self, aside: &'static [Aside]) -> Self {
        assert!(self.aside.is_empty());
        Self { aside, ..self }
    }
}

/// A member that is decoded once all fields are.
#[derive(Clone, Copy)]
pub(crate) struct Aside {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// Another name for a field, which counts where the field is absent. Where both are there, it is kept if it says
    /// something else.
    Alias(usize),
    /// A member that is computed. What was sent is kept if it says something else.
    Computed(fn(&dyn EncodeObject) -> Node<'static>),
    /// The name of what is decoded.
    Tag,
    /// Kept, if it is none of [`Decoder::constants`](super::decode::Decoder::constants).
    Constant,
}

/// A member of an object that has a place of its own.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    /// It is encoded even if it is absent, as a list without elements.
    pub(crate) always: bool,
}

/// A member that follows from the fields.
#[derive(Clone, Copy)]
pub(crate) struct Computed {
    pub(crate) name: &'static str,
    pub(crate) compute: fn(&dyn EncodeObject) -> Node<'static>,
}

/// The type of a value.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    Text,
    /// From 0 to 2^53 - 1.
    Integer,
    Boolean,
    /// Any value, kept as it was sent.
    Json,
    /// An object of which no member has a place of its own.
    Members,
    Object(&'static Schema),
    TextOrObject(&'static Schema),
    /// An object that has a form as a string, or a list of one.
    One(&'static Schema),
    List(&'static Type),
    /// A list of strings, or one string, of which the parts between white space are the elements.
    Words,
}

impl Type {
    /// For messages.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Text => "expected a string",
            Self::Integer => "expected an integer",
            Self::Boolean => "expected a boolean",
            Self::Json => "expected JSON",
            Self::Members => Schema::EMPTY.expected,
            Self::Object(schema) | Self::One(schema) => schema.expected,
            Self::TextOrObject(_) => "expected a string or an object",
            Self::List(Self::Object(schema @ Schema { from_text: Some(_), .. })) => schema.expected,
            Self::List(_) | Self::Words => "expected a list",
        }
    }
}

/// The type on the wire that a Rust type stands for.
pub(crate) trait Typed {
    const TYPE: Type;
    /// An object without it does not fit.
    const REQUIRED: bool = true;
    /// As [`Field::always`].
    const ALWAYS: bool = false;
}

impl Typed for Cow<'_, str> {
    const TYPE: Type = Type::Text;
}

impl Typed for u64 {
    const TYPE: Type = Type::Integer;
}

impl Typed for bool {
    const TYPE: Type = Type::Boolean;
}

impl Typed for Json<'_> {
    const TYPE: Type = Type::Json;
}

impl Typed for Members<'_> {
    const TYPE: Type = Type::Members;
}

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = match T::TYPE {
        Type::Object(schema) if schema.from_text.is_some() => Type::One(schema),
        ty => ty,
    };
    const REQUIRED: bool = false;
}

impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    const REQUIRED: bool = false;
    const ALWAYS: bool = true;
}

/// A set of the fields of one object, by position.
#[derive(Clone, Copy, Default)]
pub(crate) struct FieldSet(u64);

impl FieldSet {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn with(self, position: usize, included: bool) -> Self {
        Self(if included { self.0 | bit(position) } else { self.0 })
    }

    pub(crate) const fn has(self, position: usize) -> bool {
        self.0 & bit(position) != 0
    }

    /// The first of these that is not among `others`.
    pub(crate) fn first_beyond(self, others: Self) -> Option<usize> {
        let beyond = self.0 & !others.0;
        (beyond != 0).then(|| usize::try_from(beyond.trailing_zeros()).unwrap_or_default())
    }

    /// Returns `false` if the field was in the set before.
    pub(crate) fn insert(&mut self, position: usize) -> bool {
        let new = !self.has(position);
        *self = self.with(position, true);
        new
    }
}

/// No object has more than 64 fields.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, reason = "`try_from` is not const")]
const fn bit(position: usize) -> u64 {
    match 1_u64.checked_shl(position as u32) {
        Some(bit) => bit,
        None => 0,
    }
}

/// Computes `true` if none of some fields is there.
pub(crate) fn none_of(object: &dyn EncodeObject, positions: &[usize]) -> bool {
    positions.iter().all(|position| matches!(object.value(*position), Node::Absent))
}

/// The definition of an event, for the TypeScript declarations and docs/events.md: its name and that of its object.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct EventSchema {
    pub name: &'static str,
    pub ty: &'static str,
    pub docs: &'static str,
}

/// The definition of an object, for the TypeScript declarations and docs/events.md.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ObjectSchema {
    pub name: &'static str,
    pub docs: &'static [&'static str],
    pub fields: &'static [FieldSchema],
}

/// The definition of a field, for the TypeScript declarations and docs/events.md. Its type is Rust source.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    pub name: &'static str,
    pub ty: &'static str,
    pub docs: &'static [&'static str],
}

/// Collects the definitions of an object and of all that it has, each once, an object before its parts.
#[cfg(feature = "schema")]
pub(crate) fn collect(schema: &Schema, found: &mut Vec<ObjectSchema>) {
    if let Some(documentation) = schema.documentation {
        if found.iter().any(|other| other.name == documentation.name) {
            return;
        }
        found.push(*documentation);
    }
    for field in schema.fields {
        let mut ty = field.ty;
        while let Type::List(element) = ty {
            ty = *element;
        }
        if let Type::Object(schema) | Type::TextOrObject(schema) | Type::One(schema) = ty {
            collect(schema, found);
        }
    }
}

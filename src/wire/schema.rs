//! Schemas: descriptions of objects on the wire, as data. Decoding follows them for every kind of target.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::encode::{EncodeObject, Node};
use super::raw::{Json, Members};
use super::target::ObjectTarget;

/// The description of an object on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Schema {
    /// The beginning of messages: "expected …".
    pub(crate) expected: &'static str,
    pub(crate) fields: &'static [Field],
    /// The required fields.
    pub(crate) required: FieldSet,
    /// Decodes the string form of the object, if it has one. A list of such objects may also be a single one.
    pub(crate) from_text: Option<FromText>,
    /// Unknown members are kept.
    pub(crate) keeps_unknown: bool,
    /// `{}` counts as an absent object, even if there are required fields.
    pub(crate) empty_is_absent: bool,
    /// Members that are not fields, and are decoded after all fields.
    pub(crate) aside: &'static [Aside],
    /// Members that are encoded after the fields.
    pub(crate) computed: &'static [Computed],
    #[cfg(feature = "schema")]
    pub(crate) documentation: Option<&'static ObjectSchema>,
}

pub(crate) type FromText = for<'a> fn(Cow<'a, str>, &mut dyn ObjectTarget<'a>);

/// The name of a member as it is compared and written: in quotation marks, and with the colon after it. From [`key!`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(&'static str);

impl Key {
    /// `json` has no escapes and no white space.
    pub(crate) const fn new(json: &'static str) -> Self {
        Self(json)
    }

    pub(crate) const fn as_json(self) -> &'static str {
        self.0
    }

    pub(crate) fn name(self) -> &'static str {
        self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix("\":")).unwrap_or_default()
    }

    /// Returns `true` if this is the name, which is in no quotation marks.
    pub(crate) fn is(self, name: &str) -> bool {
        let quoted = self.0.as_bytes();
        quoted.len() == name.len().saturating_add(3)
            && quoted.get(1..).is_some_and(|rest| rest.starts_with(name.as_bytes()))
    }
}

/// Builds the [`Key`] of a literal, or of a macro that gives one.
macro_rules! key {
    ($($name:tt)*) => {
        $crate::wire::schema::Key::new(concat!("\"", $($name)*, "\":"))
    };
}
pub(crate) use key;

/// The member that holds the unknown members of an object, in an event that was encoded before.
pub(crate) const EXTRA: Key = key!("extra");

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

/// A member that is decoded after all fields.
#[derive(Clone, Copy)]
pub(crate) struct Aside {
    pub(crate) key: Key,
    pub(crate) role: Role,
}

#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// Another name for a field, which counts where the field is absent. If both are present and differ, it is kept in
    /// `extra`.
    Alias(usize),
    /// A computed member. A value that differs from the computed one is kept in `extra`.
    Computed(fn(&dyn EncodeObject) -> Node<'static>),
    /// The discriminator.
    Tag,
    /// A member that is kept unless its value is in [`Decoder::constants`](super::decode::Decoder::constants).
    Constant,
}

/// A known member of an object.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) key: Key,
    pub(crate) ty: Type,
    /// The field is a list that is encoded as `[]` if it is absent.
    pub(crate) always: bool,
}

/// A member that is computed from the fields.
#[derive(Clone, Copy)]
pub(crate) struct Computed {
    pub(crate) key: Key,
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
    /// An object without fields.
    Members,
    Object(&'static Schema),
    TextOrObject(&'static Schema),
    /// An object or its string form, or a list of exactly one.
    One(&'static Schema),
    List(&'static Type),
    /// A list of strings, or one string that is split at white space.
    Words,
}

impl Type {
    /// Returns the beginning of messages: "expected …".
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

/// The type on the wire of a Rust type.
pub(crate) trait Typed {
    const TYPE: Type;
    /// A field of this type is required.
    const REQUIRED: bool = true;
    /// The value of [`Field::always`].
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

/// A set of fields of one object, by position.
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

    /// Returns the first field that is not in `others`.
    pub(crate) fn first_beyond(self, others: Self) -> Option<usize> {
        let beyond = self.0 & !others.0;
        (beyond != 0).then(|| usize::try_from(beyond.trailing_zeros()).unwrap_or_default())
    }

    /// Adds a field. Returns `false` if it is already in the set.
    pub(crate) fn insert(&mut self, position: usize) -> bool {
        let new = !self.has(position);
        *self = self.with(position, true);
        new
    }
}

/// Returns the bit of a field. No object has more than 64 fields.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, reason = "`try_from` is not const")]
const fn bit(position: usize) -> u64 {
    match 1_u64.checked_shl(position as u32) {
        Some(bit) => bit,
        None => 0,
    }
}

/// The definition of an event, for the TypeScript declarations and docs/events.md: its name and the name of its object.
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

/// Collects the definitions of an object and of all objects in it, without repeats, outermost first.
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

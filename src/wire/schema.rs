//! What an object looks like on the wire, as data: what reading follows, whatever it reads into.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::raw::{Json, Members};
use crate::event::address::Address;

/// An object of the wire.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// For the message: "expected …".
    pub(crate) expected: &'static str,
    pub(crate) fields: &'static [Field],
    /// The fields without which the object is a fault.
    pub(crate) required: Fields,
    /// The fields that are required besides, within an event that `identifies`.
    pub(crate) identifying: Fields,
    pub(crate) identifies: bool,
    /// What a `{}` is: a fault where something is required, or absent.
    pub(crate) empty_is_absent: bool,
    /// A name that one dialect has for a field (WIRE 3.5).
    pub(crate) alias: Option<(&'static str, usize)>,
    /// A member that the canonical event has beside the fields: whether none of some fields is there.
    pub(crate) absence: Option<(&'static str, Fields)>,
}

impl Shape {
    pub(crate) const EMPTY: Self = Self {
        expected: "expected an object",
        fields: &[],
        required: Fields::NONE,
        identifying: Fields::NONE,
        identifies: false,
        empty_is_absent: false,
        alias: None,
        absence: None,
    };
}

/// A member of an object that has a place of its own.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether the canonical event has it even if it is absent: as a list without elements.
    #[cfg_attr(not(feature = "wasm"), allow(dead_code, reason = "types know this of their fields"))]
    pub(crate) always: bool,
}

/// What may stand in a place.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// From 0 to 2^53 - 1.
    Integer,
    Boolean,
    /// Any value, kept as it was sent.
    Json,
    /// An object of which no member has a place of its own.
    Members,
    /// In any form of WIRE 3.4.
    Address,
    /// An address, or a list of one.
    OneAddress,
    Object(&'static Shape),
    TextOrObject(&'static Shape),
    /// A list of addresses may be one address.
    List(&'static Kind),
}

impl Kind {
    /// For the message.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Text => "expected a string",
            Self::Integer => "expected an integer",
            Self::Boolean => "expected a boolean",
            Self::Json => "expected JSON",
            Self::Members => Shape::EMPTY.expected,
            Self::Object(shape) => shape.expected,
            Self::Address | Self::OneAddress => "expected an address",
            Self::TextOrObject(_) => "expected a string or an object",
            Self::List(_) => "expected a list",
        }
    }
}

/// The kind that a Rust type stands for.
pub(crate) trait Typed {
    const KIND: Kind;
    /// Whether an object without it is a fault.
    const REQUIRED: bool = true;
    /// As [`Field::always`].
    const ALWAYS: bool = false;
}

impl Typed for Cow<'_, str> {
    const KIND: Kind = Kind::Text;
}

impl Typed for u64 {
    const KIND: Kind = Kind::Integer;
}

impl Typed for bool {
    const KIND: Kind = Kind::Boolean;
}

impl Typed for Json<'_> {
    const KIND: Kind = Kind::Json;
}

impl Typed for Members<'_> {
    const KIND: Kind = Kind::Members;
}

impl Typed for Address<'_> {
    const KIND: Kind = Kind::Address;
}

impl<T: Typed> Typed for Option<T> {
    const KIND: Kind = match T::KIND {
        Kind::Address => Kind::OneAddress,
        kind => kind,
    };
    const REQUIRED: bool = false;
}

impl<T: Typed> Typed for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    const REQUIRED: bool = false;
    const ALWAYS: bool = true;
}

/// A set of the fields of one object, by position.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields(u64);

impl Fields {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn of(positions: &[usize]) -> Self {
        let (mut fields, mut rest) = (Self::NONE, positions);
        while let [first, others @ ..] = rest {
            fields = fields.with(*first, true);
            rest = others;
        }
        fields
    }

    pub(crate) const fn with(self, position: usize, included: bool) -> Self {
        Self(if included { self.0 | bit(position) } else { self.0 })
    }

    pub(crate) const fn has(self, position: usize) -> bool {
        self.0 & bit(position) != 0
    }

    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// The first of these that is not among `others`.
    pub(crate) fn first_beyond(self, others: Self) -> Option<usize> {
        let beyond = self.0 & !others.0;
        (beyond != 0).then(|| usize::try_from(beyond.trailing_zeros()).unwrap_or_default())
    }

    /// Whether the field was not in the set before.
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

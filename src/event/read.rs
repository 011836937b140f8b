//! From JSON to values, over `serde`: what may stand where.
//!
//! [`Value`] says which JSON a type accepts, [`Slot`] what a field makes of a value or of none,
//! [`Object`] which fields there are.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::json::Json;
use super::trail::Trail;

/// 2^53 - 1: the largest integer that every language reads exactly (RFC 8259, section 6).
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// Most elements of a list, and most members that one object keeps. Three bytes of payload, `{},`, are
/// hundreds in memory: without a bound, a payload that is let through whole would not fit. A genuine one
/// has at most 1 MB (WIRE 1), and nothing like this many recipients.
pub(crate) const MAX_ENTRIES: usize = 65_536;

/// A type that can be read from JSON. Whatever it does not accept is a fault.
pub(crate) trait Value<'de>: Sized {
    /// For the message: "expected …".
    const EXPECTED: &'static str;
    /// Whether one of these may stand where a list of them is expected.
    const ALONE: bool = false;

    fn text(_: Cow<'de, str>) -> Option<Self> {
        None
    }
    fn integer(_: u64) -> Option<Self> {
        None
    }
    fn boolean(_: bool) -> Option<Self> {
        None
    }
    fn list<A: SeqAccess<'de>>(trail: &Trail, _: A) -> Result<Self, A::Error> {
        Err(trail.fail(Self::EXPECTED, Some("a list")))
    }
    /// `None`: an object that counts as absent.
    fn object<A: MapAccess<'de>>(trail: &Trail, _: A) -> Result<Option<Self>, A::Error> {
        Err(trail.fail(Self::EXPECTED, Some("an object")))
    }
    /// `None`: it is `null`, or counts as absent.
    fn read<D: Deserializer<'de>>(trail: &Trail, deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Read::new(trail))
    }
}

/// Reads a `T`, or `None` from `null`.
pub(crate) struct Read<'t, T>(&'t Trail, PhantomData<T>);

impl<'t, T> Read<'t, T> {
    pub(crate) fn new(trail: &'t Trail) -> Self {
        Self(trail, PhantomData)
    }
}

impl<'de, T: Value<'de>> DeserializeSeed<'de> for Read<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(self.0, deserializer)
    }
}

impl<T> Read<'_, T> {
    fn accept<'de, E: serde::de::Error>(self, value: Option<T>, found: &'static str) -> Result<Option<T>, E>
    where
        T: Value<'de>,
    {
        value.map(Some).ok_or_else(|| self.0.fail(T::EXPECTED, Some(found)))
    }
}

impl<'de, T: Value<'de>> Visitor<'de> for Read<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Option<T>, E> {
        self.accept(T::boolean(value), "a boolean")
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Option<T>, E> {
        let found = if value > MAX_INTEGER { "an integer over 2^53 - 1" } else { "a number" };
        self.accept(T::integer(value), found)
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Option<T>, E> {
        self.accept(None, "a negative number")
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Option<T>, E> {
        self.accept(None, "a number with a fraction, an exponent or too many digits")
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Option<T>, E> {
        self.accept(T::text(Cow::Owned(value.into())), "a string")
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<Option<T>, E> {
        self.accept(T::text(Cow::Borrowed(value)), "a string")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        self.0.nested(|| T::list(self.0, list)).map(Some)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Option<T>, A::Error> {
        self.0.nested(|| T::object(self.0, object))
    }
}

impl<'de> Value<'de> for Cow<'de, str> {
    const EXPECTED: &'static str = "expected a string";
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Value<'_> for bool {
    const EXPECTED: &'static str = "expected a boolean";
    fn boolean(boolean: bool) -> Option<Self> {
        Some(boolean)
    }
}

impl Value<'_> for u64 {
    const EXPECTED: &'static str = "expected an integer";
    fn integer(integer: u64) -> Option<Self> {
        (integer <= MAX_INTEGER).then_some(integer)
    }
}

impl<'de, T: Value<'de>> Value<'de> for Vec<T> {
    const EXPECTED: &'static str = "expected a list";

    fn text(text: Cow<'de, str>) -> Option<Self> {
        T::text(text).filter(|_| T::ALONE).map(|alone| Vec::from([alone]))
    }

    fn object<A: MapAccess<'de>>(trail: &Trail, object: A) -> Result<Option<Self>, A::Error> {
        if !T::ALONE {
            return Err(trail.fail(Self::EXPECTED, Some("an object")));
        }
        Ok(T::object(trail, object)?.map(|alone| Vec::from([alone])))
    }

    fn list<A: SeqAccess<'de>>(trail: &Trail, mut list: A) -> Result<Self, A::Error> {
        let mut values = Vec::new();
        loop {
            let index = values.len();
            match list.next_element_seed(Read::<T>::new(trail)) {
                Ok(Some(Some(_))) if index == MAX_ENTRIES => {
                    return Err(trail.fail("over 65536 elements", None));
                }
                Ok(Some(Some(value))) => values.push(value),
                Ok(Some(None)) => {
                    return Err(trail.at_index(index)(trail.fail(T::EXPECTED, Some("null"))));
                }
                Ok(None) => return Ok(values),
                Err(error) => return Err(trail.at_index(index)(error)),
            }
        }
    }
}

/// A field: it takes a value, or stays as it is by default.
pub(crate) trait Slot<'de> {
    type Value: Value<'de>;
    /// Whether an object without this field is a fault.
    const REQUIRED: bool;

    fn fill(&mut self, value: Self::Value);
}

/// A string is required unless its field is an `Option`.
impl<'de> Slot<'de> for Cow<'de, str> {
    type Value = Self;
    const REQUIRED: bool = true;
    fn fill(&mut self, value: Self) {
        *self = value;
    }
}

impl<'de, T: Value<'de>> Slot<'de> for Option<T> {
    type Value = T;
    const REQUIRED: bool = false;
    fn fill(&mut self, value: T) {
        *self = Some(value);
    }
}

impl<'de, T: Value<'de>> Slot<'de> for Vec<T> {
    type Value = Self;
    const REQUIRED: bool = false;
    fn fill(&mut self, value: Self) {
        *self = value;
    }
}

/// A set of the fields of one object, by position.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields(u64);

impl Fields {
    /// The set of one field, or of none.
    pub(crate) const fn one_if(position: u32, included: bool) -> Self {
        Self(if included { bit(position) } else { 0 })
    }

    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn has(self, position: u32) -> bool {
        self.0 & bit(position) != 0
    }

    /// Whether the field was not in the set before.
    fn insert(&mut self, position: u32) -> bool {
        let new = !self.has(position);
        self.0 |= bit(position);
        new
    }
}

const fn bit(position: u32) -> u64 {
    match 1_u64.checked_shl(position) {
        Some(bit) => bit,
        None => 0,
    }
}

/// A field of an object: its name on the wire and its position in the definition.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) position: u32,
}

/// Where `key` is among the fields.
fn find(fields: &[&'static str], key: &str) -> Option<Place> {
    fields.iter().zip(0..).find(|(name, _)| **name == key).map(|(name, position)| Place { name, position })
}

/// An object with known members, defined by [`object!`](super::object::object).
pub(crate) trait Object<'de>: Default {
    /// What a `{}` is: a fault where something is required, or absent.
    const EMPTY_IS_ABSENT: bool = false;

    /// The names of the fields, by position.
    const FIELDS: &'static [&'static str];
    /// The fields without which the object is a fault.
    const REQUIRED: Fields;

    /// Reads a member into its field.
    fn member<A: MapAccess<'de>>(&mut self, place: Place, reader: &mut Reader<'_, A>)
    -> Result<(), A::Error>;

    /// Keeps a member that has no field.
    fn keep<E: serde::de::Error>(
        &mut self,
        trail: &Trail,
        key: Cow<'de, str>,
        value: Json<'de>,
    ) -> Result<(), E>;

    /// Once all members are read.
    fn settle(&mut self, _present: Fields, _trail: &Trail) -> Result<(), serde_json::Error> {
        Ok(())
    }
}

/// What [`Object::member`] reads from.
pub(crate) struct Reader<'r, A> {
    pub(crate) map: A,
    pub(crate) trail: &'r Trail,
    seen: Fields,
    present: Fields,
    empty: bool,
}

impl<'r, A> Reader<'r, A> {
    pub(crate) fn new(map: A, trail: &'r Trail) -> Self {
        Self { map, trail, seen: Fields::default(), present: Fields::default(), empty: true }
    }
}

impl<'de, A: MapAccess<'de>> Reader<'_, A> {
    pub(crate) fn fill<S: Slot<'de>>(&mut self, slot: &mut S, place: Place) -> Result<(), A::Error> {
        let Place { name, position } = place;
        let at = self.trail;
        if !self.seen.insert(position) {
            return Err(at.at_member(name)(at.fail("repeated", None)));
        }
        if let Some(value) = self.map.next_value_seed(Read::new(at)).map_err(at.at_member(name))? {
            slot.fill(value);
            self.present.insert(position);
        }
        Ok(())
    }

    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        let key = self.map.next_key_seed(Key)?;
        self.empty &= key.is_none();
        Ok(key)
    }

    /// Reads the member `key` into its field, or keeps it.
    pub(crate) fn read_member<T: Object<'de>>(
        &mut self,
        object: &mut T,
        key: Cow<'de, str>,
    ) -> Result<(), A::Error> {
        if let Some(place) = find(T::FIELDS, &key) {
            return object.member(place, self);
        }
        let value = self.map.next_value_seed(Json::seed(self.trail))?;
        object.keep(self.trail, key, value)
    }

    /// The object, if all that it requires is there.
    pub(crate) fn finish<T: Object<'de>>(self, mut object: T) -> Result<Option<T>, A::Error> {
        if T::EMPTY_IS_ABSENT && self.empty {
            return Ok(None);
        }
        let missing = |position: &u32| T::REQUIRED.has(*position) && !self.present.has(*position);
        if let Some((name, _)) = T::FIELDS.iter().zip(0..).find(|(_, position)| missing(position)) {
            return Err(self.trail.at_member(name)(self.trail.fail("missing", None)));
        }
        object.settle(self.present, self.trail).map_err(A::Error::custom)?;
        Ok(Some(object))
    }
}

/// Reads a whole object.
pub(crate) fn object<'de, T: Object<'de>, A: MapAccess<'de>>(
    trail: &Trail,
    map: A,
) -> Result<Option<T>, A::Error> {
    let mut reader = Reader::new(map, trail);
    let mut object = T::default();
    while let Some(key) = reader.next_key()? {
        reader.read_member(&mut object, key)?;
    }
    reader.finish(object)
}

/// Reads a member's name, borrowed where it has no escapes.
pub(crate) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // Not `deserialize_str`: its errors write what they found, with all that formats numbers.
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.into()))
    }
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }
}

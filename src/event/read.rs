//! From JSON to values, over `serde`: what may stand where.
//!
//! [`Slot`] is a place that takes a value, [`Object`] says which members have a place. Both are trait
//! objects, so that there is one copy of what reads, and not one for each type: the wasm module is small.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::json::{Check, Json, Members};
use super::trail::Trail;

/// 2^53 - 1: the largest integer that every language reads exactly (RFC 8259, section 6).
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// A place in an event. Whatever it does not take is a fault.
pub(crate) trait Slot<'de> {
    /// For the message: "expected …".
    fn expected(&self) -> &'static str;

    /// Whether it took this, as with the two below.
    fn text(&mut self, _: Cow<'de, str>) -> bool {
        false
    }
    fn integer(&mut self, _: u64) -> bool {
        false
    }
    fn boolean(&mut self, _: bool) -> bool {
        false
    }
    fn list(&mut self) -> Option<&mut dyn List<'de>> {
        None
    }
    fn object(&mut self) -> Option<&mut dyn Object<'de>> {
        None
    }
    /// Where any value but `null` goes, as it was sent.
    fn json(&mut self) -> Option<&mut Option<Json<'de>>> {
        None
    }
    /// The object that it took counts as absent.
    fn clear(&mut self) {}
}

/// What a type of a field or an element says of itself.
pub(crate) trait Kind {
    const EXPECTED: &'static str;
    /// Whether an object without it is a fault.
    const REQUIRED: bool = true;
    /// Whether one of these may stand where a list of them is expected.
    const ALONE: bool = false;
}

/// A list that grows while it is read.
pub(crate) trait List<'de> {
    /// A new place at its end.
    fn add(&mut self) -> Option<&mut dyn Slot<'de>>;
}

/// An object, of which some members have a place.
pub(crate) trait Object<'de> {
    /// The names of the members that have a place, by position.
    fn fields(&self) -> &'static [&'static str];
    /// The members without which the object is a fault.
    fn required(&self) -> Fields {
        Fields::default()
    }
    /// The place of a member.
    fn slot(&mut self, position: u32) -> Option<&mut dyn Slot<'de>>;
    /// Where the other members go. `None`: they are looked at, and dropped.
    fn extra(&mut self) -> Option<&mut Members<'de>>;
    /// What a `{}` is: a fault where something is required, or absent.
    fn empty_is_absent(&self) -> bool {
        false
    }
    /// Once all members are read.
    fn settle(&mut self, _present: Fields, _trail: &Trail) -> Result<(), serde_json::Error> {
        Ok(())
    }
}

impl Kind for Cow<'_, str> {
    const EXPECTED: &'static str = "expected a string";
}

impl<'de> Slot<'de> for Cow<'de, str> {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn text(&mut self, text: Cow<'de, str>) -> bool {
        *self = text;
        true
    }
}

impl Kind for bool {
    const EXPECTED: &'static str = "expected a boolean";
}

impl Slot<'_> for bool {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn boolean(&mut self, boolean: bool) -> bool {
        *self = boolean;
        true
    }
}

impl Kind for u64 {
    const EXPECTED: &'static str = "expected an integer";
}

impl Slot<'_> for u64 {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn integer(&mut self, integer: u64) -> bool {
        *self = integer;
        integer <= MAX_INTEGER
    }
}

impl Kind for Option<Json<'_>> {
    const EXPECTED: &'static str = "expected JSON";
    const REQUIRED: bool = false;
}

impl<'de> Slot<'de> for Option<Json<'de>> {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn json(&mut self) -> Option<&mut Option<Json<'de>>> {
        Some(self)
    }
}

/// What may be absent.
pub(crate) trait Optional: Kind + Default {}
impl Optional for Cow<'_, str> {}
impl Optional for bool {}
impl Optional for u64 {}
impl<T: Kind + Default> Optional for Vec<T> {}

impl<T: Optional> Kind for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const REQUIRED: bool = false;
}

impl<'de, T: Optional + Slot<'de>> Slot<'de> for Option<T> {
    fn expected(&self) -> &'static str {
        T::EXPECTED
    }
    fn text(&mut self, text: Cow<'de, str>) -> bool {
        self.get_or_insert_default().text(text)
    }
    fn integer(&mut self, integer: u64) -> bool {
        self.get_or_insert_default().integer(integer)
    }
    fn boolean(&mut self, boolean: bool) -> bool {
        self.get_or_insert_default().boolean(boolean)
    }
    fn list(&mut self) -> Option<&mut dyn List<'de>> {
        self.get_or_insert_default().list()
    }
    fn object(&mut self) -> Option<&mut dyn Object<'de>> {
        self.get_or_insert_default().object()
    }
    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Kind> Kind for Vec<T> {
    const EXPECTED: &'static str = "expected a list";
    const REQUIRED: bool = false;
}

impl<'de, T: Kind + Slot<'de> + Default> Slot<'de> for Vec<T> {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn text(&mut self, text: Cow<'de, str>) -> bool {
        let mut alone = T::default();
        let taken = T::ALONE && alone.text(text);
        self.push(alone);
        taken
    }
    fn list(&mut self) -> Option<&mut dyn List<'de>> {
        Some(self)
    }
    fn object(&mut self) -> Option<&mut dyn Object<'de>> {
        if !T::ALONE {
            return None;
        }
        self.push(T::default());
        self.last_mut()?.object()
    }
}

impl<'de, T: Slot<'de> + Default> List<'de> for Vec<T> {
    fn add(&mut self) -> Option<&mut dyn Slot<'de>> {
        self.push(T::default());
        self.last_mut().map(|slot| -> &mut dyn Slot<'de> { slot })
    }
}

/// Fills a slot. Gives whether there was a value: `null` is none.
pub(crate) struct Fill<'s, 't, 'de> {
    slot: &'s mut dyn Slot<'de>,
    trail: &'t Trail,
}

impl<'s, 't, 'de> Fill<'s, 't, 'de> {
    pub(crate) fn new(slot: &'s mut dyn Slot<'de>, trail: &'t Trail) -> Self {
        Self { slot, trail }
    }

    fn taken<E: serde::de::Error>(self, taken: bool, found: &'static str) -> Result<bool, E> {
        if taken { Ok(true) } else { Err(self.trail.fail(self.slot.expected(), Some(found))) }
    }
}

impl<'de> DeserializeSeed<'de> for Fill<'_, '_, 'de> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let Some(place) = self.slot.json() else { return deserializer.deserialize_any(self) };
        *place =
            Some(Json::seed(self.trail).deserialize(deserializer)?).filter(|json| json.as_str() != "null");
        Ok(place.is_some())
    }
}

impl<'de> Visitor<'de> for Fill<'_, '_, 'de> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slot.expected())
    }
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<bool, E> {
        let taken = self.slot.boolean(value);
        self.taken(taken, "a boolean")
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<bool, E> {
        let taken = self.slot.integer(value);
        self.taken(taken, if value > MAX_INTEGER { "an integer over 2^53 - 1" } else { "a number" })
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<bool, E> {
        self.taken(false, "a negative number")
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<bool, E> {
        self.taken(false, "a number with a fraction, an exponent or too many digits")
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<bool, E> {
        let taken = self.slot.text(Cow::Owned(value.into()));
        self.taken(taken, "a string")
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, value: &'de str) -> Result<bool, E> {
        let taken = self.slot.text(Cow::Borrowed(value));
        self.taken(taken, "a string")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<bool, A::Error> {
        let Self { slot, trail } = self;
        trail.nested(|| match slot.list() {
            Some(list) => elements(list, trail, &mut access).map(|()| true),
            None => Err(trail.fail(slot.expected(), Some("a list"))),
        })
    }
    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<bool, A::Error> {
        let Self { slot, trail } = self;
        let present = trail.nested(|| match slot.object() {
            Some(object) => {
                let mut reader = Reader::new(access, trail);
                reader.members(object)?;
                reader.finish(object)
            }
            None => Err(trail.fail(slot.expected(), Some("an object"))),
        })?;
        if !present {
            slot.clear();
        }
        Ok(present)
    }
}

fn elements<'de, A: SeqAccess<'de>>(
    list: &mut dyn List<'de>,
    trail: &Trail,
    access: &mut A,
) -> Result<(), A::Error> {
    for index in 0_usize.. {
        let full = trail.is_full();
        match access.next_element_seed(Element { list: &mut *list, trail }) {
            Ok(Some(())) => {}
            Ok(None) => break,
            // That is a fault of the list, not of its element.
            Err(error) if full => return Err(error),
            Err(error) => return Err(trail.at_index(index)(error)),
        }
    }
    Ok(())
}

struct Element<'l, 't, 'de> {
    list: &'l mut dyn List<'de>,
    trail: &'t Trail,
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { list, trail } = self;
        trail.keep()?;
        let slot = list.add().ok_or_else(|| trail.fail("expected one element", Some("more")))?;
        if Fill::new(&mut *slot, trail).deserialize(deserializer)? {
            return Ok(());
        }
        Err(trail.fail(slot.expected(), Some("null")))
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

/// Reads the members of one object.
pub(crate) struct Reader<'t, A> {
    pub(crate) map: A,
    pub(crate) trail: &'t Trail,
    seen: Fields,
    present: Fields,
    empty: bool,
}

impl<'t, A> Reader<'t, A> {
    pub(crate) fn new(map: A, trail: &'t Trail) -> Self {
        Self { map, trail, seen: Fields::default(), present: Fields::default(), empty: true }
    }
}

impl<'de, A: MapAccess<'de>> Reader<'_, A> {
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        let key = self.map.next_key_seed(Key)?;
        self.empty &= key.is_none();
        Ok(key)
    }

    /// Reads the rest of the members.
    pub(crate) fn members(&mut self, object: &mut dyn Object<'de>) -> Result<(), A::Error> {
        while let Some(key) = self.next_key()? {
            self.member(object, key)?;
        }
        Ok(())
    }

    /// Reads the member `key` into its place, or keeps it.
    pub(crate) fn member(
        &mut self,
        object: &mut dyn Object<'de>,
        key: Cow<'de, str>,
    ) -> Result<(), A::Error> {
        let at = self.trail;
        let found = object.fields().iter().zip(0..).find(|(name, _)| **name == key);
        let Some((name, position)) = found else {
            let Some(extra) = object.extra() else { return self.map.next_value_seed(Check(at)) };
            let value = self.map.next_value_seed(Json::seed(at))?;
            return extra.push(at, key, value);
        };
        if !self.seen.insert(position) {
            return Err(at.at_member(name)(at.fail("repeated", None)));
        }
        if let Some(slot) = object.slot(position)
            && self.map.next_value_seed(Fill::new(slot, at)).map_err(at.at_member(name))?
        {
            self.present.insert(position);
        }
        Ok(())
    }

    /// Whether there is an object: all that it requires, or nothing at all.
    pub(crate) fn finish(self, object: &mut dyn Object<'de>) -> Result<bool, A::Error> {
        if self.empty && object.empty_is_absent() {
            return Ok(false);
        }
        let required = object.required();
        let missing = |position: &u32| required.has(*position) && !self.present.has(*position);
        if let Some((name, _)) = object.fields().iter().zip(0..).find(|(_, position)| missing(position)) {
            return Err(self.trail.at_member(name)(self.trail.fail("missing", None)));
        }
        object.settle(self.present, self.trail).map_err(A::Error::custom)?;
        Ok(true)
    }
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

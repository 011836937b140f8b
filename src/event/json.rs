//! JSON that is kept as it was sent: what this version does not know.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use super::object::IntoOwned;
use super::read::{Fill, Key, Kind, Object, Optional, Slot};
use super::trail::Trail;

/// A piece of JSON, exactly as it was sent, and known to be valid.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let event = parse(br#"{"event_type":"moon.landed","crew":[1,2,3]}"#)?;
/// let Event::Unknown(event) = event else { unreachable!() };
/// let landing: serde_json::Value = serde_json::from_str(event.payload.as_str()).unwrap();
/// assert_eq!(landing["crew"][1], 2);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone)]
pub struct Json<'a>(Cow<'a, RawValue>);

impl<'a> Json<'a> {
    /// The text of this value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The string that this is, if it is one and was set aside while parsing.
    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        let mut text = Cow::default();
        self.fill(&mut text, &Trail::default()).ok()?.then_some(text)
    }

    /// As [`Fill`], for a value that was set aside at first.
    pub(crate) fn fill(&self, slot: &mut dyn Slot<'a>, trail: &Trail) -> Result<bool, serde_json::Error> {
        match &self.0 {
            Cow::Borrowed(raw) => {
                Fill::new(slot, trail).deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
            }
            // Parsing borrows from the payload: nothing that it set aside is owned.
            Cow::Owned(_) => Err(serde_json::Error::custom("not borrowed from the payload")),
        }
    }

    pub(crate) fn seed(trail: &Trail) -> ReadJson<'_> {
        ReadJson(trail)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Json<'_> {
    /// Equal texts. The same value written in two ways is not equal.
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl IntoOwned for Json<'_> {
    type Owned = Json<'static>;
    fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }
}

/// Reads a [`Json`] and makes sure that it is valid.
pub(crate) struct ReadJson<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for ReadJson<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        // `RawValue` takes lone surrogates, numbers that overflow, and any depth.
        let mut text = serde_json::Deserializer::from_str(raw.get());
        Check(self.0).deserialize(&mut text).map_err(D::Error::custom)?;
        Ok(Json(Cow::Borrowed(raw)))
    }
}

/// Makes sure that a value is JSON, to the last escape, and not too deep. Keeps nothing.
pub(crate) struct Check<'t>(pub(crate) &'t Trail);

impl<'de> DeserializeSeed<'de> for Check<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Check<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self(trail) = self;
        trail.nested(|| {
            while list.next_element_seed(Check(trail))?.is_some() {}
            Ok(())
        })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self(trail) = self;
        trail.nested(|| {
            // The name is read as a string, so that its escapes are looked at too.
            while object.next_key_seed(Key)?.is_some() {
                object.next_value_seed(Check(trail))?;
            }
            Ok(())
        })
    }
}

/// The members of an object by name, as they were sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Members<'a> {
    /// The member with this name; the last one, should the sender have repeated it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The members in the order of the payload.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push<E: serde::de::Error>(
        &mut self,
        trail: &Trail,
        name: Cow<'a, str>,
        value: Json<'a>,
    ) -> Result<(), E> {
        trail.keep()?;
        self.0.push((name, value));
        Ok(())
    }

    /// Takes the members with this name out.
    pub(crate) fn take(&mut self, name: &str) -> Vec<Json<'a>> {
        if self.get(name).is_none() {
            return Vec::new();
        }
        let (taken, kept): (Vec<_>, Vec<_>) =
            core::mem::take(&mut self.0).into_iter().partition(|(key, _)| key == name);
        self.0 = kept;
        taken.into_iter().map(|(_, value)| value).collect()
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in &self.0 {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

impl Kind for Members<'_> {
    const EXPECTED: &'static str = "expected an object";
}

impl Optional for Members<'_> {}

impl<'de> Slot<'de> for Members<'de> {
    fn expected(&self) -> &'static str {
        Self::EXPECTED
    }
    fn object(&mut self) -> Option<&mut dyn Object<'de>> {
        Some(self)
    }
}

/// An object of which no member has a place of its own.
impl<'de> Object<'de> for Members<'de> {
    fn fields(&self) -> &'static [&'static str] {
        &[]
    }
    fn slot(&mut self, _: u32) -> Option<&mut dyn Slot<'de>> {
        None
    }
    fn extra(&mut self) -> Option<&mut Members<'de>> {
        Some(self)
    }
}

impl IntoOwned for Members<'_> {
    type Owned = Members<'static>;
    fn into_owned(self) -> Members<'static> {
        Members(
            self.0
                .into_iter()
                .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
                .collect(),
        )
    }
}

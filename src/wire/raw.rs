//! JSON that is kept as it was sent, such as members that this version does not know.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::json::{Invalid, Reader};
use super::object::IntoOwned;

/// A valid piece of JSON, as it was sent.
///
/// Two things that other JSON parsers reject are replaced: an unpaired surrogate by U+FFFD, and a number beyond 64-bit
/// floats by the largest of them. Serializing writes the value, in any format of serde, with numbers of 64 bits. Two
/// pieces are equal if their values are equal, even if they are written differently.
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
pub struct Json<'a>(Cow<'a, str>);

impl<'a> Json<'a> {
    /// Wraps `text`, which must be valid JSON.
    pub(crate) const fn new(text: Cow<'a, str>) -> Self {
        Self(text)
    }

    /// Returns the text of this value, with its original white space and escapes.
    ///
    /// ```
    /// # use agentmail_webhooks::{Event, parse};
    /// let Event::Unknown(event) = parse(br#" {"event_type": "moon.landed"} "#)? else { unreachable!() };
    /// assert_eq!(event.payload.as_str(), r#"{"event_type": "moon.landed"}"#);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Calls `each` with this string, or with each string of this list.
    pub(crate) fn each_text(&self, each: &mut dyn FnMut(&str)) {
        let mut reader = Reader::new(self.as_str());
        match reader.peek() {
            Ok(b'"') => _ = reader.string().map(|text| each(&text)),
            Ok(b'[') => {
                let Ok(mut list) = reader.open() else { return };
                while let Ok(true) = reader.element(&mut list) {
                    let Ok(element) = reader.skip() else { return };
                    if element.starts_with('"') {
                        _ = Reader::new(element).string().map(|text| each(&text));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns `null`.
impl Default for Json<'_> {
    fn default() -> Self {
        Self(Cow::Borrowed("null"))
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        equal(self.as_str(), other.as_str()).unwrap_or(false)
    }
}

/// Compares the values of two JSON texts.
fn equal(one: &str, other: &str) -> Result<bool, Invalid> {
    if one == other {
        return Ok(true);
    }
    let (mut one, mut other) = (Reader::new(one), Reader::new(other));
    let first = one.peek()?;
    if is_digit(first) && is_digit(other.peek()?) {
        return Ok(Number::new(one.number()?) == Number::new(other.number()?));
    }
    if first != other.peek()? {
        return Ok(false);
    }
    match first {
        b'{' => {
            let (mut one, mut other) = (members(&mut one)?, members(&mut other)?);
            one.sort_by(|(one, _), (other, _)| one.cmp(other));
            other.sort_by(|(one, _), (other, _)| one.cmp(other));
            if one.len() != other.len() {
                return Ok(false);
            }
            for ((name, value), (other_name, other_value)) in one.iter().zip(&other) {
                if name != other_name || !equal(value, other_value)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        b'[' => {
            let (mut list, mut other_list) = (one.open()?, other.open()?);
            loop {
                match (one.element(&mut list)?, other.element(&mut other_list)?) {
                    (true, true) if equal(one.skip()?, other.skip()?)? => {}
                    (false, false) => return Ok(true),
                    _ => return Ok(false),
                }
            }
        }
        b'"' => Ok(one.string()? == other.string()?),
        _ => Ok(one.literal()? == other.literal()?),
    }
}

fn is_digit(first: u8) -> bool {
    matches!(first, b'-' | b'0'..=b'9')
}

/// Reads the members of an object, with the last value of each repeated name.
fn members<'a>(reader: &mut Reader<'a>) -> Result<Vec<(Cow<'a, str>, &'a str)>, Invalid> {
    let mut members = Vec::new();
    let mut object = reader.open()?;
    while let Some(name) = reader.name(&mut object)? {
        members.push((name, reader.skip()?));
    }
    keep_last(&mut members);
    Ok(members)
}

/// A number, by the serde type that it is serialized as.
#[derive(PartialEq)]
enum Number {
    Integer(u64),
    Negative(i64),
    /// A number with a fraction or an exponent, or beyond 64 bits; also `-0`, which is not an integer in most
    /// languages.
    Float(f64),
}

impl Number {
    fn new(text: &str) -> Self {
        match (text.parse(), text.parse()) {
            (Ok(integer), _) => Self::Integer(integer),
            (_, Ok(integer)) if integer != 0 => Self::Negative(integer),
            _ => Self::Float(text.parse().unwrap_or(f64::MAX)),
        }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw(self.as_str()).serialize(serializer)
    }
}

/// Valid JSON, which is parsed while it is serialized.
struct Raw<'a>(&'a str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = |Invalid { problem, .. }| S::Error::custom(problem);
        let mut reader = Reader::new(self.0);
        match reader.peek().map_err(error)? {
            b'{' => {
                let members = members(&mut reader).map_err(error)?;
                let mut object = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in &members {
                    object.serialize_entry(name, &Raw(value))?;
                }
                object.end()
            }
            b'[' => {
                let mut open = reader.open().map_err(error)?;
                let mut list = serializer.serialize_seq(None)?;
                while reader.element(&mut open).map_err(error)? {
                    list.serialize_element(&Raw(reader.skip().map_err(error)?))?;
                }
                list.end()
            }
            b'"' => serializer.serialize_str(&reader.string().map_err(error)?),
            b'-' | b'0'..=b'9' => match Number::new(reader.number().map_err(error)?) {
                Number::Integer(integer) => serializer.serialize_u64(integer),
                Number::Negative(integer) => serializer.serialize_i64(integer),
                Number::Float(float) => serializer.serialize_f64(float),
            },
            _ => match reader.literal().map_err(error)? {
                Some(boolean) => serializer.serialize_bool(boolean),
                None => serializer.serialize_unit(),
            },
        }
    }
}

impl IntoOwned for Json<'_> {
    type Owned = Json<'static>;
    fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }
}

/// The members of an object, by name and as they were sent: the headers of a mail, or the `extra` of an object, which
/// holds unknown members and values that did not fit their field. Equality ignores the order.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let payload = br#"{"event_type": "message.received", "priority": "high", "message": {
///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<1@example.com>",
///     "headers": {"X-Mailer": "Example Mail 4.2"}
/// }}"#;
/// let Event::MessageReceived(event) = parse(payload)? else { unreachable!() };
/// assert_eq!(event.extra.get("priority").unwrap().as_str(), "\"high\"");
///
/// let headers = event.message.headers.unwrap_or_default();
/// let mailer: String = serde_json::from_str(headers.get("X-Mailer").unwrap().as_str()).unwrap();
/// assert_eq!(mailer, "Example Mail 4.2");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Members<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Members<'a> {
    /// Returns the member with this name. Names are case-sensitive, even those of mail headers.
    ///
    /// ```
    /// # use agentmail_webhooks::{Event, parse};
    /// # let payload = br#"{"event_type": "mail.received", "agent_id": "a", "message_id": "m", "retries": 2}"#;
    /// # let Event::MailReceived(event) = parse(payload)? else { unreachable!() };
    /// // The payload has a member `"retries": 2`, which is newer than this version.
    /// let retries = event.extra.get("retries").and_then(|value| value.as_str().parse().ok());
    /// assert_eq!(retries, Some(2));
    /// assert!(event.extra.get("Retries").is_none());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Iterates over the members, in the order of the payload.
    ///
    /// ```
    /// # use agentmail_webhooks::{Event, parse};
    /// # let payload = br#"{"event_type": "mail.received", "agent_id": "a", "message_id": "m", "retries": 2}"#;
    /// # let Event::MailReceived(event) = parse(payload)? else { unreachable!() };
    /// for (name, value) in event.extra.iter() {
    ///     println!("{name} is new: {}", value.as_str());
    /// }
    /// # assert_eq!(event.extra.iter().count(), 1);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Returns `true` if there are no members.
    ///
    /// ```
    /// # use agentmail_webhooks::{Event, parse};
    /// # let payload = br#"{"event_type": "mail.received", "agent_id": "a", "message_id": "m", "retries": 2}"#;
    /// # let Event::MailReceived(event) = parse(payload)? else { unreachable!() };
    /// if !event.extra.is_empty() {
    ///     println!("is there a newer version of agentmail-webhooks?");
    /// }
    /// # assert!(!event.extra.is_empty());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, name: Cow<'a, str>, value: Json<'a>) {
        self.0.push((name, value));
    }

    /// Keeps the last member of each name.
    pub(crate) fn keep_last(&mut self) {
        keep_last(&mut self.0);
    }
}

/// Keeps the last value of each name, in the position of the first.
fn keep_last<V: Default>(members: &mut Vec<(Cow<'_, str>, V)>) {
    // Up to this number, comparing all pairs is faster than sorting.
    const FEW: usize = 64;
    if members.len() <= FEW && !has_repeats(members) {
        return;
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    let name = |index: usize| members.get(index).map(|(name, _)| &**name);
    heap_sort(&mut order, &|one, other| (name(one), one) < (name(other), other));
    let mut dropped = alloc::vec![false; members.len()];
    // Backwards, so that the last value moves to the first member of its name.
    for pair in order.windows(2).rev() {
        let [one, other] = *pair else { continue };
        let [Some(first), Some(second)] = [one, other].map(|index| members.get(index)) else { continue };
        if first.0 == second.0 {
            let value = members.get_mut(other).map(|(_, value)| core::mem::take(value));
            if let (Some((_, place)), Some(value)) = (members.get_mut(one), value) {
                *place = value;
            }
            if let Some(dropped) = dropped.get_mut(other) {
                *dropped = true;
            }
        }
    }
    let mut dropped = dropped.into_iter();
    members.retain(|_| !dropped.next().unwrap_or_default());
}

/// Sorts. In the wasm module, the standard library's sort would be larger than the whole decoder.
fn heap_sort(order: &mut [usize], less: &dyn Fn(usize, usize) -> bool) {
    for root in (0..order.len() / 2).rev() {
        sift_down(order, root, less);
    }
    for end in (1..order.len()).rev() {
        order.swap(0, end);
        sift_down(order.get_mut(..end).unwrap_or_default(), 0, less);
    }
}

/// Restores the heap property below `root`.
fn sift_down(heap: &mut [usize], mut root: usize, less: &dyn Fn(usize, usize) -> bool) {
    loop {
        let mut child = root.saturating_mul(2).saturating_add(1);
        let [Some(parent), Some(mut largest)] = [root, child].map(|index| heap.get(index).copied()) else {
            return;
        };
        if let Some(other) = heap.get(child.saturating_add(1)).copied().filter(|other| less(largest, *other))
        {
            (child, largest) = (child.saturating_add(1), other);
        }
        if !less(parent, largest) {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}

fn has_repeats<V>(members: &[(Cow<'_, str>, V)]) -> bool {
    let mut seen = 0_u64;
    members.iter().enumerate().any(|(index, (name, _))| {
        // Most names differ in length or last letter.
        let last = name.as_bytes().last().copied().unwrap_or_default();
        let hash = name.len().wrapping_add(usize::from(last)) & 63;
        let bit = 1_u64.wrapping_shl(u32::try_from(hash).unwrap_or_default());
        let perhaps = seen & bit != 0;
        seen |= bit;
        perhaps && members.iter().take(index).any(|(other, _)| other == name)
    })
}

impl PartialEq for Members<'_> {
    fn eq(&self, other: &Self) -> bool {
        fn sorted<'m, 'a>(members: &'m Members<'a>) -> Vec<&'m (Cow<'a, str>, Json<'a>)> {
            let mut sorted: Vec<_> = members.0.iter().collect();
            sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
            sorted
        }
        self.0.len() == other.0.len() && sorted(self) == sorted(other)
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

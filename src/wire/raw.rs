//! JSON that is kept as it was sent: what this version does not know.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::json::{Number, Reader};
use super::object::IntoOwned;

/// A piece of JSON, exactly as it was sent, and known to be valid.
///
/// Serialised, it is the value that it stands for: numbers as 64 bits hold them, in any format.
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
    /// `text` was read as JSON already.
    pub(crate) fn new(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text of this value, with the white space and the escapes that it came with.
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

    /// The text, unless it was freed from the payload.
    pub(crate) fn borrowed(&self) -> Option<&'a str> {
        match self.0 {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The string that this is, if it is one and was set aside while parsing.
    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        let text = self.borrowed().filter(|text| text.starts_with('"'))?;
        Reader::new(text).string().ok()
    }

    pub(crate) fn is_null(&self) -> bool {
        self.as_str() == "null"
    }
}

/// `null`.
impl Default for Json<'_> {
    fn default() -> Self {
        Self::new("null")
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
        Next(&RefCell::new(Reader::new(self.as_str()))).serialize(serializer)
    }
}

/// The value that comes next, read while it is serialised.
struct Next<'r, 'a>(&'r RefCell<Reader<'a>>);

impl<'a> Next<'_, 'a> {
    fn read<T, E: serde::ser::Error>(
        &self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, super::json::Invalid>,
    ) -> Result<T, E> {
        read(&mut self.0.borrow_mut()).map_err(|invalid| E::custom(invalid.problem))
    }
}

impl Serialize for Next<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.read(Reader::peek)? {
            b'{' => {
                let mut open = self.read(Reader::open)?;
                let mut object = serializer.serialize_map(None)?;
                while let Some(name) = self.read(|reader| reader.name(&mut open))? {
                    object.serialize_entry(&name, self)?;
                }
                object.end()
            }
            b'[' => {
                let mut open = self.read(Reader::open)?;
                let mut list = serializer.serialize_seq(None)?;
                while self.read(|reader| reader.element(&mut open))? {
                    list.serialize_element(self)?;
                }
                list.end()
            }
            b'"' => serializer.serialize_str(&self.read::<_, S::Error>(Reader::string)?),
            b'-' | b'0'..=b'9' => {
                let text = self.read(Reader::skip)?;
                match Reader::new(text).number() {
                    Ok(Number::Integer(integer)) => serializer.serialize_u64(integer),
                    Ok(Number::Negative(integer)) => serializer.serialize_i64(integer),
                    _ => serializer.serialize_f64(text.parse().map_err(S::Error::custom)?),
                }
            }
            _ => match self.read(Reader::literal)? {
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

/// The members of an object by name, as they were sent: the headers of a mail, and the `extra` of every object, which
/// holds what this version does not know.
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Members<'a> {
    /// The member with this name; the last one, should the sender have repeated it. Names are compared letter by
    /// letter, those of mail headers too.
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
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The members in the order of the payload.
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

    /// Whether there is no member.
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

    /// How often there is a member with this name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(key, _)| key == name).count()
    }

    /// Takes all members with this name out. Gives the last one.
    pub(crate) fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let taken = self.get(name).cloned()?;
        self.0.retain(|(key, _)| key != name);
        Some(taken)
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

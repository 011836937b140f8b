//! Mail addresses, in every form in which the documentation shows them (WIRE 3.4).

use alloc::borrow::Cow;
use alloc::string::String;

use serde::ser::{Serialize, Serializer};

use crate::wire::decode::{Object, Slot};
use crate::wire::encode::{Entries, Node, Write};
use crate::wire::object::IntoOwned;
use crate::wire::raw::Members;
use crate::wire::schema::{Field, Fields, Kind, Shape};

/// A mail address, with the name that stands beside it.
///
/// On the wire it is a string, such as `Jane Doe <jane@example.com>`, or an object with `name` and
/// `email`. No string is refused: what cannot be taken apart is the `email` whole, as it came.
/// **Senders choose what stands here.** Neither part is checked against the rules of mail.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let payload = br#"{"event_type": "message.received", "message": {
///     "inbox_id": "inbox_1", "thread_id": "thread_1", "message_id": "<1@example.com>",
///     "from": "Jane Doe <jane@example.com>", "to": [{"email": "support@agents.example"}]
/// }}"#;
/// let Event::MessageReceived(event) = parse(payload)? else { unreachable!() };
/// let (from, to) = (&event.message.from[0], &event.message.to[0]);
/// assert_eq!((from.name.as_deref(), &*from.email), (Some("Jane Doe"), "jane@example.com"));
/// assert_eq!((to.name.as_deref(), &*to.email), (None, "support@agents.example"));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Address<'a> {
    /// The display name, without quotes. Absent if there is none.
    pub name: Option<Cow<'a, str>>,
    /// The address itself, such as `jane@example.com`.
    pub email: Cow<'a, str>,
}

impl<'a> Address<'a> {
    /// Takes one mailbox apart: `jane@example.com`, `Jane Doe <jane@example.com>` or
    /// `"Doe, Jane" <jane@example.com>`.
    ///
    /// ```
    /// use agentmail_webhooks::Address;
    ///
    /// let address = Address::from_text(r#""Doe, Jane" <jane@example.com>"#);
    /// assert_eq!(address.name.as_deref(), Some("Doe, Jane"));
    /// assert_eq!(address.email, "jane@example.com");
    /// ```
    #[must_use]
    pub fn from_text(text: impl Into<Cow<'a, str>>) -> Self {
        match text.into() {
            Cow::Borrowed(text) => Self::split(text),
            Cow::Owned(text) => Address::split(&text).into_owned(),
        }
    }

    fn split(text: &'a str) -> Self {
        let text = text.trim();
        let Some((name, email)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
            return Self { name: None, email: text.into() };
        };
        let name = unquote(name.trim());
        Self { name: (!name.is_empty()).then_some(name), email: email.trim().into() }
    }
}

/// Takes away enclosing double quotes, and the backslashes of `\"` and `\\` within them.
fn unquote(name: &str) -> Cow<'_, str> {
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.into();
    };
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(char) = rest.next() {
        let escaped = (char == '\\').then(|| rest.clone().next()).flatten();
        if let Some(escaped @ ('"' | '\\')) = escaped {
            rest.next();
            plain.push(escaped);
        } else {
            plain.push(char);
        }
    }
    plain.into()
}

pub(crate) const SHAPE: Shape = Shape {
    expected: "expected an address",
    fields: &[
        Field { name: "name", kind: Kind::Text, always: false },
        Field { name: "email", kind: Kind::Text, always: false },
    ],
    required: Fields::of(&[1]),
    ..Shape::EMPTY
};

impl<'a> Object<'a> for Address<'a> {
    fn slot(&mut self, position: usize) -> Option<&mut dyn Slot<'a>> {
        match position {
            0 => Some(&mut self.name),
            _ => Some(&mut self.email),
        }
    }
    /// An address keeps nothing else.
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
}

impl Entries for Address<'_> {
    fn each<'n>(&'n self, write: &mut dyn FnMut(&'static str, Node<'n>)) {
        write("name", self.name.node());
        write("email", self.email.node());
    }
}

impl Write for Address<'_> {
    fn node(&self) -> Node<'_> {
        Node::Object(self)
    }
}

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.node().serialize(serializer)
    }
}

impl IntoOwned for Address<'_> {
    type Owned = Address<'static>;
    fn into_owned(self) -> Address<'static> {
        Address { name: self.name.into_owned(), email: IntoOwned::into_owned(self.email) }
    }
}

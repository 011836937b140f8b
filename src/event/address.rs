//! Mail addresses, in every form that AgentMail documents (WIRE 3.4 in `tests/fixtures/README.md`).

use alloc::borrow::Cow;
use alloc::string::String;

use serde::ser::{Serialize, Serializer};

use crate::wire::encode::{Encode, EncodeObject, Node};
use crate::wire::object::IntoOwned;
use crate::wire::schema::{Aside, Field, FieldSet, Role, Schema, Type, Typed, key};
use crate::wire::target::{ObjectTarget, Target};

/// A mail address with its display name.
///
/// On the wire it is a string, such as `Jane Doe <jane@example.com>`, or an object with `name` and `email`. No string
/// is rejected: a string that cannot be split becomes the `email` unchanged. **Senders choose both parts**, and neither
/// is checked against the rules of mail.
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
    /// The display name, without quotes.
    pub name: Option<Cow<'a, str>>,
    /// The address itself, such as `jane@example.com`.
    pub email: Cow<'a, str>,
}

impl<'a> Address<'a> {
    /// Splits a mailbox into name and address: `jane@example.com`, `Jane Doe <jane@example.com>`,
    /// `"Doe, Jane" <jane@example.com>` or `jane@example.com (Jane Doe)`.
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
        let text = trim(text);
        let (mailbox, comment) = split_comments(text);
        let Some((name, email)) = mailbox.strip_suffix('>').and_then(split_at_last_bracket) else {
            return Self { name: comment, email: mailbox.into() };
        };
        let name = unquote(trim(name));
        Self { name: if name.is_empty() { comment } else { Some(name) }, email: trim(email).into() }
    }
}

/// Removes surrounding white space. Never inlined, to keep the wasm module small.
#[inline(never)]
pub(super) fn trim(text: &str) -> &str {
    text.trim()
}

/// Splits at the last `<`. Searches bytes, because `str::rsplit_once` is large in the wasm module.
fn split_at_last_bracket(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == b'<')?;
    Some((text.get(..at)?, text.get(at.saturating_add(1)..)?))
}

/// Removes the comments at the end of a mailbox (RFC 5322, section 3.2.2), and returns the first of them. A mailbox
/// that has only comments is returned unchanged.
fn split_comments(text: &str) -> (&str, Option<Cow<'_, str>>) {
    if !text.ends_with(')') {
        return (text, None);
    }
    // The last group of comments that are separated only by white space: the start of the group, the end of its first
    // comment and the end of its last comment.
    let mut comments: Option<(usize, usize, usize)> = None;
    let mut start = 0;
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quoted || depth > 0 => _ = bytes.next(),
            b'"' if depth == 0 => quoted = !quoted,
            b'(' if !quoted => {
                if depth == 0 {
                    start = at;
                }
                depth = depth.saturating_add(1);
            }
            b')' if depth > 0 => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let end = at.saturating_add(1);
                    let is_next =
                        |last| text.get(last..start).is_some_and(|between| trim(between).is_empty());
                    comments = match comments {
                        Some((first, first_end, last)) if is_next(last) => Some((first, first_end, end)),
                        _ => Some((start, end, end)),
                    };
                }
            }
            _ => {}
        }
    }
    let at_end = |&(.., end): &(usize, usize, usize)| end == text.len() && !quoted && depth == 0;
    let Some((start, end, _)) = comments.filter(at_end) else { return (text, None) };
    let mailbox = trim(text.get(..start).unwrap_or_default());
    if mailbox.is_empty() {
        return (text, None);
    }
    let comment = text.get(start.saturating_add(1)..end.saturating_sub(1)).unwrap_or_default();
    let comment = trim(comment);
    (mailbox, (!comment.is_empty()).then(|| unescape(comment, &['(', ')', '\\'])))
}

/// Removes enclosing double quotes, and the backslashes of `\"` and `\\` within them.
fn unquote(name: &str) -> Cow<'_, str> {
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(inner) => unescape(inner, &['"', '\\']),
        None => name.into(),
    }
}

/// Removes the backslashes before these characters.
fn unescape<'a>(text: &'a str, escaped: &[char]) -> Cow<'a, str> {
    if !text.bytes().any(|byte| byte == b'\\') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        let next = (char == '\\').then(|| rest.clone().next()).flatten();
        match next.filter(|next| escaped.contains(next)) {
            Some(next) => {
                rest.next();
                plain.push(next);
            }
            None => plain.push(char),
        }
    }
    plain.into()
}

impl Address<'_> {
    const SCHEMA: Schema = Schema {
        expected: "expected an address",
        fields: &[
            Field { key: key!("name"), ty: Type::Text, always: false },
            Field { key: key!("email"), ty: Type::Text, always: false },
        ],
        required: FieldSet::NONE.with(1, true),
        aside: &[Aside { key: key!("address"), role: Role::Alias(1) }],
        from_text: Some(decode_text),
        keeps_unknown: false,
        ..Schema::EMPTY
    };
}

/// Decodes the string form of an address.
fn decode_text<'a>(text: Cow<'a, str>, object: &mut dyn ObjectTarget<'a>) {
    let Address { name, email } = Address::from_text(text);
    if let Some((target, name)) = object.field(0).zip(name) {
        target.text(name);
    }
    if let Some(target) = object.field(1) {
        target.text(email);
    }
}

impl Typed for Address<'_> {
    const TYPE: Type = Type::Object(&Self::SCHEMA);
}

impl<'a> Target<'a> for Address<'a> {
    fn object(&mut self, _: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        Some(self)
    }
}

impl<'a> ObjectTarget<'a> for Address<'a> {
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>> {
        Some(if position == 0 { &mut self.name } else { &mut self.email })
    }
    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl EncodeObject for Address<'_> {
    fn schema(&self) -> &'static Schema {
        &Self::SCHEMA
    }
    fn value(&self, position: usize) -> Node<'_> {
        if position == 0 { self.name.node() } else { self.email.node() }
    }
}

impl Encode for Address<'_> {
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

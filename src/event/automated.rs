//! Detects mail that was sent automatically (WIRE 3.6 in `tests/fixtures/README.md`).

use super::address::trim;
use crate::wire::encode::{EncodeObject, Node};

/// The reason why a message counts as automated. Returned by [`Message::automated`](crate::Message::automated).
///
/// ```
/// use agentmail_webhooks::Automated;
///
/// assert_eq!(Automated::MailingList.as_str(), "mailing_list");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Automated {
    /// The inbox itself sent it.
    Own,
    /// A delivery report: it has no return path, comes from `mailer-daemon` or `postmaster`, or has the content type
    /// `multipart/report`.
    Bounce,
    /// An automatic reply or notification (`Auto-Submitted`, RFC 3834; `X-Autoreply`, `X-Autorespond`).
    AutoSubmitted,
    /// A message from a mailing list (`List-Id`, RFC 2919).
    MailingList,
    /// A bulk mail (`Precedence`).
    Bulk,
}

impl Automated {
    /// Returns the value in the canonical event.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Bounce => "bounce",
            Self::AutoSubmitted => "auto_submitted",
            Self::MailingList => "mailing_list",
            Self::Bulk => "bulk",
        }
    }
}

impl From<Option<Automated>> for Node<'_> {
    fn from(automated: Option<Automated>) -> Self {
        automated.map_or(Self::Absent, |automated| Self::Text(automated.as_str()))
    }
}

/// Computes the reason from the fields at these positions: the inbox, the senders, the headers.
pub(super) fn automated(message: &dyn EncodeObject, positions: &[usize]) -> Option<Automated> {
    let mut values = positions.iter().map(|position| message.value(*position));
    let (inbox, from, headers) = (values.next()?, values.next()?, values.next()?);
    let mut found = None;
    // The reason with the lowest rank counts.
    let mut note = |automated| {
        if found.is_none_or(|found| rank(automated) < rank(found)) {
            found = Some(automated);
        }
    };
    if let (Node::Text(inbox), Node::List(from)) = (inbox, from) {
        let emails = (0..).map_while(|index| from.element(index)).filter_map(|address| match address {
            Node::Object(address) => address.text("email"),
            _ => None,
        });
        for email in emails {
            let local = before(email, b"@");
            if email.eq_ignore_ascii_case(inbox) {
                note(Automated::Own);
            } else if is_any(local, &["mailer-daemon", "postmaster"]) {
                note(Automated::Bounce);
            }
        }
    }
    if let Node::Members(headers) = headers {
        for (name, json) in headers.iter() {
            let Some((_, judge)) = HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) else {
                continue;
            };
            json.each_text(&mut |value| {
                let value = trim(before(value, b";("));
                if let Some(automated) = judge(value) {
                    note(automated);
                }
            });
        }
    }
    found
}

fn rank(automated: Automated) -> u8 {
    match automated {
        Automated::Own => 0,
        Automated::Bounce => 1,
        Automated::AutoSubmitted => 2,
        Automated::MailingList => 3,
        Automated::Bulk => 4,
    }
}

type Judge = fn(&str) -> Option<Automated>;

/// The headers that mark a message as automated. Their values are judged without parameters and comments.
const HEADERS: [(&str, Judge); 7] = [
    ("return-path", |path| matches!(path, "" | "<>").then_some(Automated::Bounce)),
    ("content-type", |ty| ty.eq_ignore_ascii_case("multipart/report").then_some(Automated::Bounce)),
    ("auto-submitted", |how| (!is_any(how, &["", "no"])).then_some(Automated::AutoSubmitted)),
    ("x-autoreply", |_| Some(Automated::AutoSubmitted)),
    ("x-autorespond", |_| Some(Automated::AutoSubmitted)),
    ("list-id", |_| Some(Automated::MailingList)),
    ("precedence", |how| is_any(how, &["bulk", "junk", "list"]).then_some(Automated::Bulk)),
];

/// Returns the text before the first of these ASCII bytes.
fn before<'t>(text: &'t str, ends: &[u8]) -> &'t str {
    let end = text.bytes().position(|byte| ends.contains(&byte));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn is_any(value: &str, known: &[&str]) -> bool {
    known.iter().any(|known| value.eq_ignore_ascii_case(known))
}
